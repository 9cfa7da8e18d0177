"""
Importing users from a CSV file: what needs no database.

Owns the record of an import job and its states (job), the header that a pool's file must have (header), the way from bytes to numbered
lines (lines), and from a line to a user's name and attributes or the reason why it is refused (row). It knows neither where the file lies
nor who has a name already: that is flows.user_import.

chunks of bytes → numbered lines → cells under the header's names → Row, or RowError with a sentence for the log
"""
