"""Makes the SAML responses beside it, and the certificate that verifies them, with signxml.

Python 3.11 with `pip install signxml==5.2.0`. The keys are made anew and thrown away; the times are fixed, so that tests say
what time it is. Run it in this directory.
"""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner

NOW = datetime.datetime.fromtimestamp(1_800_000_000, datetime.timezone.utc)
EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
SHA256 = (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256)
AWS = "https://aws.amazon.com/SAML/Attributes"
SESSION_NAME = f'<saml:Attribute Name="{AWS}/RoleSessionName"><saml:AttributeValue>somebody@example.com</saml:AttributeValue></saml:Attribute>'
MORE = f"""<saml:Attribute Name="{AWS}/PrincipalTag:Project"><saml:AttributeValue>Automation</saml:AttributeValue></saml:Attribute>
      <saml:Attribute Name="{AWS}/TransitiveTagKeys"><saml:AttributeValue>Project</saml:AttributeValue></saml:Attribute>
      <saml:Attribute Name="{AWS}/SourceIdentity"><saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute>"""


def instant(minutes):
    return (NOW + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def response(audience="urn:amazon:webservices", session_name=SESSION_NAME, recipient="https://signin.aws.amazon.com/saml"):
    return f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:unused" ID="_response" Version="2.0" IssueInstant="{instant(0)}" Destination="{recipient}">
  <saml:Issuer>https://idp.example.com/saml</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion ID="_assertion" Version="2.0" IssueInstant="{instant(0)}">
    <saml:Issuer>https://idp.example.com/saml</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">Ann &amp; Bob</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="{instant(5)}" Recipient="{recipient}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="{instant(-5)}" NotOnOrAfter="{instant(5)}">
      <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="{instant(0)}" SessionNotOnOrAfter="{instant(30)}">
      <saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
    </saml:AuthnStatement>
    <saml:AttributeStatement>
      <saml:Attribute Name="{AWS}/Role">
        <saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">arn:aws:iam::123456789012:role/federated,arn:aws:iam::123456789012:saml-provider/example</saml:AttributeValue>
        <saml:AttributeValue>arn:aws:iam::123456789012:saml-provider/example, arn:aws:iam::123456789012:role/other</saml:AttributeValue>
      </saml:Attribute>
      {session_name}
      {MORE}
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>
"""


def key_pair():
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity provider of the tests")])
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1)
    certificate = certificate.not_valid_before(NOW).not_valid_after(NOW + datetime.timedelta(days=36500))
    return key, certificate.sign(key, hashes.SHA256())


class Sha1Signer(XMLSigner):
    """signxml refuses SHA-1 unless asked twice."""

    def check_deprecated_methods(self):
        pass


def signed(text, elements, algorithms=SHA256, canonicalization=EXCLUSIVE, pair=None, signer=XMLSigner):
    key, certificate = pair or KEYS
    tree = etree.fromstring(text)
    for element in elements:
        place = tree if element == "_response" else tree.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
        made = signer(signature_algorithm=algorithms[0], digest_algorithm=algorithms[1], c14n_algorithm=canonicalization)
        sealed = made.sign(place, key=key, cert=[certificate], reference_uri="#" + element)
        issuer = sealed.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
        # SAML's schema wants the signature right after the issuer; it is not part of what it signs, so it may be moved.
        signature = sealed.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        issuer.addnext(signature)
        if element != "_response":
            tree.replace(place, sealed)
        else:
            tree = sealed
    return etree.tostring(tree, encoding="unicode") + "\n"


KEYS, STRANGER = key_pair(), key_pair()
assertion, whole = ["_assertion"], ["_response"]
INCLUSIVE = CanonicalizationMethod.CANONICAL_XML_1_0
FILES = {
    "assertion": signed(response(), assertion),
    "response": signed(response(), whole),
    "both": signed(response(), assertion + whole),
    "sha384": signed(response(), assertion, (SignatureMethod.RSA_SHA384, DigestAlgorithm.SHA384)),
    "sha512": signed(response(), assertion, (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512)),
    "sha1": signed(response(), assertion, (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1), signer=Sha1Signer),
    "inclusive": signed(response(), assertion, canonicalization=INCLUSIVE),
    "stranger": signed(response(), assertion, pair=STRANGER),
    "unsigned": response(),
    "other-audience": signed(response(audience="https://elsewhere.example.com"), assertion),
    "other-recipient": signed(response(recipient="https://elsewhere.example.com/saml"), assertion),
    "no-session-name": signed(response(session_name=""), assertion),
    "bad-session-name": signed(response(session_name=SESSION_NAME.replace("somebody@", "some body@")), assertion),
}
for name, text in FILES.items():
    pathlib.Path(f"{name}.xml").write_text(text, encoding="utf-8")
pathlib.Path("certificate.pem").write_bytes(KEYS[1].public_bytes(Encoding.PEM))
