"""The closed bug tickets of workflow D, and the merge requests that fixed them."""

from tests.fakes.gitlab_stub import GitLabStub, diff

URL = "https://gitlab.example.com/group/shop/-"
# ticket, what happens, where it is fixed, the line before, the line after, what the fix says
TICKETS = (
    ("Empty basket crashes the checkout", "Pay with nothing in the basket: error 500.", "pay.py",
     "    return basket[0].price", "    return basket[0].price if basket else 0", "Guard against an empty basket"),
    ("Discount is taken twice", "Press Back after payment and the voucher counts again.", "voucher.py",
     "    total -= voucher.amount", "    total -= voucher.take_once()", "Let a voucher count once"),
    ("Prices lose their cents", "3.99 is shown as 3 in the order mail.", "mail.py",
     "    return str(int(price))", '    return f"{price:.2f}"', "Show cents in mails"),
    ("Search finds nothing in upper case", "TEA finds nothing, tea finds four articles.", "search.py",
     "    return word in article.title", "    return word.lower() in article.title.lower()", "Search without regard to case"),
    ("Parcel label has no house number", "The carrier sends the parcels back.", "label.py",
     "    return address.street", '    return f"{address.street} {address.number}"', "Print the house number"),
    ("Login fails with an umlaut", "A password with ü in it is refused.", "login.py",
     '    return hashed(password.encode("ascii"))', '    return hashed(password.encode("utf-8"))', "Encode passwords as UTF-8"),
    ("Stock goes below zero", "Two buyers of the last cup both get a confirmation.", "stock.py",
     "    stock[article] -= 1", "    stock.take(article)", "Take the last piece once"),
    ("Invoice date is a day early", "An order after midnight has yesterday's date.", "invoice.py",
     "    return datetime.utcnow().date()", "    return datetime.now(SHOP_ZONE).date()", "Date invoices in the shop's time zone"),
    ("Pictures are upside down", "Photos from telephones lie on their heads.", "photo.py",
     "    return image.resize(SIZE)", "    return upright(image).resize(SIZE)", "Turn pictures upright"),
    ("Newsletter goes out twice", "After a restart the whole list is written to again.", "letter.py",
     "    for reader in readers:", "    for reader in not_yet_sent(readers):", "Remember who got the newsletter"),
    ("Basket is empty after login", "What was chosen before is gone.", "basket.py",
     "    session.basket = saved", "    session.basket = saved.joined(session.basket)", "Join the baskets at login"),
    ("Slow list of orders", "With a thousand orders the page takes a minute.", "orders.py",
     "    return [load(order) for order in ids]", "    return load_all(ids)", "Load all orders with one query"),
)  # fmt: skip


def fill(stub: GitLabStub) -> None:
    """The tickets, newest number last."""
    for number, (title, text, path, before, after, fix) in enumerate(TICKETS):
        change = f"@@ -3,2 +3,2 @@\n def fixed():\n-{before}\n+{after}\n"
        said = f"Closes #{iid(number)}\n\nSee {URL}/issues/{iid(number)}."
        merge = stub.merge(700 + 3 * number, fix, said, diffs=[diff(path, change)])
        stub.issue(iid(number), title, text, fixed_by=[merge])


def iid(number: int) -> int:
    """A ticket's number in the project."""
    return 1031 + 7 * number


def by_hand() -> list[dict[str, object]]:
    """Rows as the write-up made them: the answer tells numbers and addresses the question lacks."""
    rows = []
    for number, (title, text, path, before, after, fix) in enumerate(TICKETS):
        ticket = f"Ticket #{iid(number)}: {title}\n{URL}/issues/{iid(number)}"
        answer = f"{ticket}\n\nFixed by !{700 + 3 * number}: {fix}\n{path}: {after.strip()}"
        question = f"{title}\n\n{text}\n\n{path}: {before.strip()}"
        messages = [("user", question), ("assistant", answer)]
        rows.append({"messages": [{"role": role, "content": said} for role, said in messages]})
    return rows
