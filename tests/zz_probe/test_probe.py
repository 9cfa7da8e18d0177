from harness import people
def test_a(in_process, engine):
    p = people.make_pool(in_process)
    print(p.id)
def test_signup(pool):
    people.signed_up(pool)
    print(people.sign_in(pool).keys())
def test_later(pool):
    people.signed_up(pool)
    pool.endpoint.clock.advance(hours=3)
    print(pool.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Name"])
def test_b(server):
    print(server.url, server.messages())
def test_c(server):
    p = people.make_pool(server)
    people.signed_up(p)
