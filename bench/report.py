"""Runs every bench and writes docs/bench.md, with what each found kept in artifacts/bench/NAME.json.

A bench is a file bench/NAME.py, named in BENCHES below, with

    main()                   --json prints one JSON object as the last line of standard output (what
                             it is doing goes to standard error); --quick keeps to its `seconds`
    markdown(found) -> str   its section of the page without the heading: a paragraph, tables, and
                             pictures as ![what](pictures/bench/NAME.svg); `found` is that JSON object
    claims(found)            if it has any: list[Claim] for the summary (bench/reporting/claims.py)
    draw(found, folder)      if it has any: writes NAME.svg, NAME-more.svg into the folder (a Path)

    make bench                   or  .venv/bin/python bench/report.py --only turns,burst
"""
