"""Get and SetUserPoolSessionConfiguration, Get and SetUserPoolClientSessionConfiguration."""
