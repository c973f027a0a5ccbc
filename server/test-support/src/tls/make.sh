#!/bin/sh
# Makes the certificates anew: an authority of its own, a server for `index.test` and loopback, and a client. They are
# known to nobody but the tests, and good for a hundred years.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$work/$1.key"; }
signed() {
    openssl req -new -key "$work/$1.key" -subj "/CN=$2" |
        openssl x509 -req -days 36500 -CA authority.pem -CAkey "$work/authority.key" -extfile "$work/$1.ext" -out "$work/$1.crt"
    cat "$work/$1.crt" "$work/$1.key" > "$1.pem"
}
key authority
openssl req -x509 -new -key "$work/authority.key" -days 36500 -subj "/CN=Authority of the tests" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -out authority.pem
key server
printf 'subjectAltName=DNS:index.test,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n' > "$work/server.ext"
signed server index.test
key client
printf 'extendedKeyUsage=clientAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n' > "$work/client.ext"
signed client tests
rm -r "$work"
