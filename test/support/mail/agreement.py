"""Other people's verifiers on messages good and damaged: dkimpy, pyspf, opendkim-testmsg. Run where the lab's DNS answers.

Usage: agreement.py KEY OTHER_KEY; prints a JSON array of messages with the result of each verifier.
"""
import base64, json, re, subprocess, sys, time
import dkim, spf

good, other = (open(path, "rb").read() for path in sys.argv[1:3])
RELAY, ELSEWHERE = "203.0.113.10", "203.0.113.12"

MESSAGE = b"""From: Probe <probe@adrien.test>\r
To: <probe@beatrice.test>\r
Subject: A message to be judged\r
Date: Sun, 22 Nov 2026 12:00:00 +0000\r
Message-ID: <agreement@adrien.test>\r
\r
First line.\r
\r
Second  line, with two spaces.\r
\r
"""
FIELDS = [b"from", b"to", b"subject", b"date"]


def signed(c=b"relaxed/simple", key=good, domain=b"adrien.test", selector=b"smtp", message=MESSAGE, include=FIELDS, **more):
    head, body = c.split(b"/")
    # dkimpy oversigns nothing unless a name is given twice.
    return dkim.sign(message, selector, domain, key, canonicalize=(head, body), include_headers=include, **more) + message


def messages():
    for c in (b"simple/simple", b"simple/relaxed", b"relaxed/simple", b"relaxed/relaxed"):
        raw, name = signed(c), c.decode()
        yield f"{name}: as signed", raw
        yield f"{name}: a word of the body changed", raw.replace(b"First line", b"First lime")
        yield f"{name}: a line added", raw + b"Bought cheaply here.\r\n"
        yield f"{name}: the subject changed", raw.replace(b"to be judged", b"to be believed")
        yield f"{name}: the subject folded", raw.replace(b"A message to be", b"A message\r\n to be")
        yield f"{name}: a space at the end of a line", raw.replace(b"First line.\r\n", b"First line. \r\n")
        yield f"{name}: two spaces made one", raw.replace(b"Second  line", b"Second line")
        yield f"{name}: empty lines added at the end", raw + b"\r\n\r\n"
    raw = signed()
    yield "a field added that is not signed", b"X-Added: yes\r\n" + raw
    yield "a second From on top, not oversigned", b"From: <ceo@adrien.test>\r\n" + raw
    yield "a second Subject on top, oversigned", b"Subject: Another\r\n" + signed(include=FIELDS + [b"subject"])
    yield "oversigned, as signed", signed(include=FIELDS + [b"from", b"subject"])
    yield "unsigned", MESSAGE
    yield "signed with another key", signed(key=other)
    yield "a selector without a key", signed(selector=b"absent")
    yield "a domain without a zone", signed(domain=b"absent.test")
    yield "signed by another customer's domain", signed(domain=b"beatrice.test")
    yield "signed by the operator's domain", signed(domain=b"deuxfleurs.test")
    yield "l= and nothing added", signed(length=True)
    yield "l= and a line added", signed(length=True) + b"Bought cheaply here.\r\n"
    yield "two signatures, both good", dkim.sign(raw, b"smtp", b"deuxfleurs.test", good, include_headers=FIELDS) + raw
    yield "two signatures, the upper one bad", dkim.sign(raw, b"smtp", b"adrien.test", other, include_headers=FIELDS) + raw
    yield "the signature's last byte changed", re.sub(rb"(b=[^;]*)([A-Za-z])(==?\r\n(?=From))", lambda m: m[1] + (b"B" if m[2] != b"B" else b"C") + m[3], raw, count=1)
    yield "the body hash changed", re.sub(rb"bh=.", lambda m: b"bh=Z" if m[0] != b"bh=Z" else b"bh=Y", raw, count=1)
    yield "an empty body", signed(message=MESSAGE.split(b"\r\n\r\n")[0] + b"\r\n\r\n")
    yield "a body without a last line feed", signed(message=MESSAGE.rstrip() + b"\r\n")


HOPS = [
    ("the relay", RELAY, "out.deuxfleurs.test", "probe@adrien.test"),
    ("elsewhere", ELSEWHERE, "mx.elsewhere.test", "probe@adrien.test"),
    ("the relay, for a domain without SPF", RELAY, "out.deuxfleurs.test", "a@probe.test"),
    ("the relay, for a domain that is not", RELAY, "out.deuxfleurs.test", "a@absent.test"),
    ("the relay, null sender", RELAY, "out.deuxfleurs.test", ""),
    ("an IPv6 address", "2001:db8::1", "out.deuxfleurs.test", "probe@adrien.test"),
    ("the relay, a subdomain", RELAY, "out.deuxfleurs.test", "a@sub.adrien.test"),
    ("the relay, another customer", RELAY, "out.deuxfleurs.test", "probe@carol.test"),
]


def by_dkimpy(raw):
    d = dkim.DKIM(raw)
    count = len([1 for name, _ in d.headers if name.lower() == b"dkim-signature"])
    def one(index):
        try:
            return dkim.DKIM(raw).verify(idx=index)
        except dkim.DKIMException:
            return False
    return "none" if count == 0 else "pass" if any(one(index) for index in range(count)) else "fail"


def by_opendkim(raw):
    if b"dkim-signature:" not in raw.lower():
        return "none"
    done = subprocess.run(["opendkim-testmsg"], input=raw.replace(b"\r\n", b"\n"), capture_output=True, timeout=20)
    return "pass" if done.returncode == 0 and not done.stderr and not done.stdout else "fail"


out = []
for index, (name, raw) in enumerate(messages()):
    hop = HOPS[index % len(HOPS)]
    out.append({
        "name": name, "raw": base64.b64encode(raw).decode(), "dkimpy": by_dkimpy(raw), "opendkim": by_opendkim(raw),
        "hop": {"name": hop[0], "clientIp": hop[1], "helo": hop[2], "mailFrom": hop[3]},
        "pyspf": spf.check2(hop[1], hop[3] or f"postmaster@{hop[2]}", hop[2], timeout=5)[0],
    })
json.dump(out, sys.stdout)
