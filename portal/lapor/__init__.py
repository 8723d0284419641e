"""Reading the LAPOR! admin export: a file in, typed rows and reasoned rejections out.

`sheet` turns a file into a table of text, `rows` turns the table into reports. Nothing here knows
the web or the database.
"""
