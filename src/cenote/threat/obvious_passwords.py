"""
Passwords that everybody tries first, in whatever letters.

A short list that needs no file and no service, with what people make of a common word where a policy asks for capitals, digits and symbols.
"""

_WORDS = """
    000000 0123456789 111111 11111111 1111111111 112233 121212 123123 123123123 123321 1234 12341234 12345 123456 1234567 12345678
    123456789 1234567890 123456a 123456aa 1234qwer 123abc 123qwe 147258369 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz@wsx 222222
    555555 654321 666666 696969 7777777 88888888 987654321 99999999 a1b2c3 a1b2c3d4 a12345678 aa123456 aa12345678 abc123 abc12345
    abcd1234 abcdefgh abcd@1234 access admin admin123 admin@123 admin1234 admin@1234 administrator asdf1234 asdfasdf asdfgh asdfghjkl
    azerty azertyuiop baseball batman bailey changeme changeme1 changeme1! changeme123 charlie computer daniel default donald
    dragon football freedom guest hello hello123 hello@123 hunter hunter2 iloveyou iloveyou1 internet jennifer jordan letmein
    letmein1 letmein1! letmein123 login lovely master michael monkey mustang p@ssw0rd p@ssw0rd! p@ssw0rd1 p@ssw0rd1! p@ssw0rd123
    p@ssword p@ssword1 p@ssword123 pa$$w0rd pa$$word passw0rd passw0rd! passw0rd1 passw0rd1! password password! password1 password1!
    password1@ password1# password1$ password12 password12! password123 password123! password1234 password1234! password@1
    password@12 password@123 password@1234 password#1 password#123 password$1 princess qazwsx qazwsxedc qwe123 qwer1234 qwerty
    qwerty1 qwerty1! qwerty12 qwerty123 qwerty123! qwerty@123 qwerty1234 qwertyui qwertyuiop qwe@1234 root root123 samsung secret
    secret1 secret123 shadow starwars summer summer1! summer123 summer123! sunshine sunshine1 superman temp1234 temp@123 test test1
    test123 test123! test1234 test1234! test@123 test@1234 testing testing1! testing123 testing123! trustno1 user1234 welcome
    welcome1 welcome1! welcome12 welcome12! welcome123 welcome123! welcome@1 welcome@123 welcome@1234 whatever winter123! zaq12wsx
    zaq1@wsx zxcvbn zxcvbnm
"""
_PASSWORDS = frozenset(_WORDS.split())


def is_obvious(password: str) -> bool:
    """Whether *password* is on the list; capitals do not hide it."""
    return password.casefold() in _PASSWORDS
