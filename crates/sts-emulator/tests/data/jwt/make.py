"""Makes tokens.json and jwks.json: tokens of an identity provider, good and bad, signed by PyJWT.

Python 3.11 with `pip install 'pyjwt[crypto]==2.15.1'`. The keys are made anew and thrown away; the times are fixed, so that
tests say what time it is. Run it in this directory.
"""

import base64
import json

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

NOW = 1_800_000_000
ISSUER = "https://idp.example.com/tenant"
AUDIENCE = "sts.amazonaws.com"
CLAIMS = {"iss": ISSUER, "sub": "somebody", "aud": AUDIENCE, "iat": NOW, "nbf": NOW, "exp": NOW + 3600}


def without(name):
    return {key: value for key, value in CLAIMS.items() if key != name}


rsa_key = rsa.generate_private_key(65537, 2048)
stranger = rsa.generate_private_key(65537, 2048)
p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
public_pem = rsa_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def published(algorithm, key, kid, **more):
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


def token(claims=CLAIMS, key=rsa_key, algorithm="RS256", kid="rsa", **header):
    named = {"kid": kid} if kid else {}
    return jwt.encode(claims, key, algorithm=algorithm, headers={**named, **header})


def with_hmac_of(secret):
    """A token whose algorithm says HMAC, keyed with what everybody can read; PyJWT itself refuses to make one."""
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
    message = part({"alg": "HS256", "kid": "rsa", "typ": "JWT"}) + b"." + part(CLAIMS)
    import hashlib, hmac
    seal = base64.urlsafe_b64encode(hmac.new(secret, message, hashlib.sha256).digest()).rstrip(b"=")
    return (message + b"." + seal).decode()


TAGS = "https://aws.amazon.com/tags"
nested = {TAGS: {"principal_tags": {"Project": ["Automation"], "Team": ["Blue"]}, "transitive_tag_keys": ["Project"]}}
flat = {f"{TAGS}/principal_tags/Project": "Automation", f"{TAGS}/transitive_tag_keys": ["Project"]}

tokens = {
    "rs256": token(),
    "rs384": token(algorithm="RS384"),
    "rs512": token(algorithm="RS512"),
    "es256": token(key=p256, algorithm="ES256", kid="p256"),
    "es384": token(key=p384, algorithm="ES384", kid="p384"),
    "ps256": token(algorithm="PS256"),
    "hs256": with_hmac_of(public_pem),
    "none": jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "rsa"}),
    "stranger": token(key=stranger),
    "unknown-kid": token(kid="nobody"),
    "no-kid": token(kid=None),
    "no-kid-es256": token(key=p256, algorithm="ES256", kid=None),
    "encryption-key": token(kid="encryption"),
    "critical": token(crit=["exp"]),
    "no-sub": token(without("sub")),
    "no-aud": token(without("aud")),
    "no-exp": token(without("exp")),
    "no-iat": token(without("iat")),
    "no-iss": token(without("iss")),
    "other-issuer": token({**CLAIMS, "iss": "https://elsewhere.example.com"}),
    "other-audience": token({**CLAIMS, "aud": "somebody-else"}),
    "audiences": token({**CLAIMS, "aud": ["somebody-else", AUDIENCE]}),
    "authorized-party": token({**CLAIMS, "aud": "somebody-else", "azp": AUDIENCE}),
    "other-authorized-party": token({**CLAIMS, "azp": "somebody-else"}),
    "not-yet": token({**CLAIMS, "nbf": NOW + 3000}),
    "fractional": token({**CLAIMS, "exp": NOW + 0.5}),
    "tags": token({**CLAIMS, **nested}),
    "flat-tags": token({**CLAIMS, **flat}),
    "source-identity": token({**CLAIMS, "https://aws.amazon.com/source_identity": "admin"}),
}
keys = [
    published(RSAAlgorithm, rsa_key, "rsa"),
    published(RSAAlgorithm, rsa_key, "encryption", use="enc"),
    published(ECAlgorithm, p256, "p256", alg="ES256"),
    published(ECAlgorithm, p384, "p384"),
]

for name, value in [("tokens.json", tokens), ("jwks.json", {"keys": keys})]:
    with open(name, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.write("\n")
