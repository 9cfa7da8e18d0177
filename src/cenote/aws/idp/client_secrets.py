"""AddUserPoolClientSecret, ListUserPoolClientSecrets, DeleteUserPoolClientSecret."""
