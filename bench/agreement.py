"""Other people's verifiers on generated messages: dkimpy, opendkim and pyspf, each with the keys and records of this file alone.

Usage: agreement.py DIRECTORY; writes agreement.json there: DNS records, messages with each verdict, SPF evaluations.
"""
import base64, json, os, re, subprocess, sys
import dkim, spf
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

directory = sys.argv[1]
DOMAIN = "sender.example"
PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

keys, txt = {}, {}
for name, bits in (("rsa2048", 2048), ("rsa1024", 1024), ("other", 2048)):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    keys[name] = key.private_bytes(*PEM)
    if name != "other":
        public = base64.b64encode(key.public_key().public_bytes(*SPKI)).decode()
        txt[f"{name}._domainkey.{DOMAIN}"] = f"v=DKIM1; k=rsa; p={public}"
edwards = ed25519.Ed25519PrivateKey.generate()
seed = edwards.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
keys["edwards"] = base64.b64encode(seed)
raw_public = edwards.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
txt[f"edwards._domainkey.{DOMAIN}"] = f"v=DKIM1; k=ed25519; p={base64.b64encode(raw_public).decode()}"
txt[f"revoked._domainkey.{DOMAIN}"] = "v=DKIM1; p="

HEAD = f"From: Probe <probe@{DOMAIN}>\r\nTo: <a@receiver.example>\r\nSubject: A message to be judged\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <agreement@{DOMAIN}>\r\n"
HEADS = {
    "plain": HEAD,
    "folded subject": HEAD.replace("A message to be", "A message\r\n to be"),
    "tabs": HEAD.replace("Subject: ", "Subject:\t \t"),
    "capitals": HEAD.replace("Subject:", "SUBJECT:"),
}
BODIES = {
    "lines": "First line.\r\n\r\nSecond  line, with two spaces.\r\n",
    "empty": "",
    "blank lines": "text\r\n\r\n\r\n\r\n",
    "spaces at ends": "one \r\ntwo\t\r\n   \r\nthree\r\n",
    "eight bits": "Grüße, çà et là\r\n",
    "a long line": "x" * 990 + "\r\n",
    "a dot": ".\r\n..two\r\n",
}
FIELDS = [b"from", b"to", b"subject", b"date"]
CHANGES = {
    "as signed": lambda raw: raw,
    "a word changed": lambda raw: raw.replace(b"line", b"lime").replace(b"text", b"test").replace(b"one", b"won"),
    "a line added": lambda raw: raw + b"Bought cheaply here.\r\n",
    "blank lines added": lambda raw: raw + b"\r\n\r\n",
    "the subject changed": lambda raw: raw.replace(b"to be judged", b"to be believed"),
    "the subject folded": lambda raw: raw.replace(b"to be judged", b"to be\r\n\t judged"),
    "a field added": lambda raw: b"X-Added: yes\r\n" + raw,
    "a second From": lambda raw: b"From: <ceo@sender.example>\r\n" + raw,
}


def signed(message, key, selector, canonical):
    head, body = canonical.encode().split(b"/")
    more = {"signature_algorithm": b"ed25519-sha256"} if key == "edwards" else {}
    return dkim.sign(message, selector.encode(), DOMAIN.encode(), keys[key], canonicalize=(head, body), include_headers=FIELDS, **more) + message


def messages():
    index = 0
    for canonical in ("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"):
        for head_name, head in HEADS.items():
            for body_name, body in BODIES.items():
                message = f"{head}\r\n{body}".encode()
                for change, of in CHANGES.items():
                    index += 1
                    # Every second one: each pair of kinds is still met.
                    if index % 2 == 0 and change != "as signed":
                        continue
                    key = ("rsa2048", "rsa1024", "edwards")[index % 3]
                    yield f"{canonical}, {head_name}, {body_name}, {key}: {change}", of(signed(message, key, key, canonical))
    for body_name, body in BODIES.items():
        message = f"{HEAD}\r\n{body}".encode()
        yield f"{body_name}: another key", signed(message, "other", "rsa2048", "relaxed/relaxed")
        yield f"{body_name}: revoked key", signed(message, "rsa2048", "revoked", "relaxed/relaxed")
        yield f"{body_name}: no such selector", signed(message, "rsa2048", "absent", "relaxed/relaxed")
        yield f"{body_name}: unsigned", message


def by_dkimpy(raw):
    if b"dkim-signature:" not in raw.lower():
        return "none"
    find = lambda name, timeout=5: (txt.get(name.decode().rstrip("."), "").encode() or None)
    try:
        return "pass" if dkim.verify(raw, dnsfunc=find) else "fail"
    except dkim.DKIMException:
        return "fail"


def by_opendkim(raw, index):
    if b"dkim-signature:" not in raw.lower():
        return "none"
    path = os.path.join(directory, f"{index}.eml")
    with open(path, "wb") as file:
        file.write(raw)
    done = subprocess.run(["opendkim", "-x", os.path.join(directory, "opendkim.conf"), "-t", path], capture_output=True, timeout=20)
    os.remove(path)
    said = (done.stdout + done.stderr).decode(errors="replace")
    if "verification (" in said and "succeeded" in said:
        return "pass"
    return "fail"


with open(os.path.join(directory, "keys.txt"), "w") as file:
    for name, value in txt.items():
        file.write(f"{name} {value}\n")
with open(os.path.join(directory, "opendkim.conf"), "w") as file:
    file.write(f"Mode v\nTestPublicKeys {directory}/keys.txt\nMinimumKeyBits 0\n")

# SPF: terms and qualifiers over addresses inside and outside.
MECHANISMS = ["ip4:203.0.113.0/24", "ip4:203.0.113.7", "ip6:2001:db8:1::/48", "a", "a:host.example", "a:host.example/28", "mx", "mx:other.example//64",
              "include:included.example", "include:absent.example", "exists:%{i}.list.example", "exists:%{l}.users.example", "ptr", "redirect=included.example",
              "ip4:203.0.113.0/33", "include:", "unknown:x", "exp=why.example"]
records = {"A": {"spf.example": ["203.0.113.7"], "host.example": ["203.0.113.20"], "mail.example": ["203.0.113.30"], "203.0.113.7.list.example": ["127.0.0.2"], "postmaster.users.example": ["127.0.0.2"]},
           "AAAA": {"mail.example": ["2001:db8:2::1"], "host.example": ["2001:db8:1::20"]},
           "MX": {"spf.example": [[10, "mail.example"]], "other.example": [[10, "mail.example"]]},
           "TXT": {"included.example": ["v=spf1 ip4:203.0.113.40 ?ip4:203.0.113.41 -all"]}}
ADDRESSES = ["203.0.113.7", "203.0.113.30", "203.0.113.40", "203.0.113.41", "192.0.2.1", "2001:db8:1::20", "2001:db8:2::99"]


def lookup(name, qtype, strict=True, timeout=None, *_more):
    name = name.rstrip(".").lower()
    for value in records.get(qtype, {}).get(name, []):
        if qtype == "TXT":
            yield ((name, "TXT"), (value.encode(),))
        elif qtype == "MX":
            yield ((name, "MX"), tuple(value))
        else:
            yield ((name, qtype), value)


spf.DNSLookup = lookup
evaluations = []
for index, mechanism in enumerate(MECHANISMS):
    for end in ("-all", "~all", "?all", ""):
        for qualifier in ("", "-", "~", "?"):
            if qualifier and ("=" in mechanism or mechanism in ("unknown:x", "include:")):
                continue
            record = f"v=spf1 {qualifier}{mechanism} {end}".strip()
            records["TXT"]["spf.example"] = [record]
            for ip in (ADDRESSES[index % 3], ADDRESSES[len(evaluations) % len(ADDRESSES)]):
                # Without names that could be looked up, ptr finds nothing with either.
                found = spf.check2(ip, "postmaster@spf.example", "spf.example", timeout=5)[0]
                evaluations.append({"record": record, "ip": ip, "pyspf": found})
records["TXT"].pop("spf.example")

judged = []
for index, (name, raw) in enumerate(messages()):
    judged.append({"name": name, "raw": base64.b64encode(raw).decode(), "dkimpy": by_dkimpy(raw), "opendkim": by_opendkim(raw, index)})
records["TXT"].update({name: [value] for name, value in txt.items()})
with open(os.path.join(directory, "agreement.json"), "w") as file:
    json.dump({"records": records, "messages": judged, "spf": evaluations}, file)
