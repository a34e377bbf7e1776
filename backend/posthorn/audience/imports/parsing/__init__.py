"""Files of subscribers, read: pure Python, bounded in time and memory, never raising on garbage.

    containers   .csv, .gz, .zip, .xlsx → one stream of CSV in UTF-8
    detection    encoding, delimiter, header
    reader       CSV in UTF-8 → records with their line and offset, or why a line is none
    mapping      which column is what: suggested, checked
    values       cells → addresses, names, numbers, dates, booleans
    records      records → people, suppressions and rejections, a batch at a time

Nothing here knows the database. What cannot be used as a whole raises BadFile or BadMapping; what
is wrong with one line becomes a Rejection.
"""
