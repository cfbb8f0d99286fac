#!/bin/sh
# Writes what differs from place to place to /tmp, the one folder that can be written to, and becomes nginx.
#
#   PORT            to listen on
#   API_ADDRESSES   host:port of each server of the API, parted by spaces; a name is looked up once, here
set -eu

fail() {
  echo "the page can not be served: $1" >&2
  exit 1
}

case $PORT in
  '' | *[!0-9]*) fail "PORT is \"$PORT\", but must be a number." ;;
esac
mkdir -p /tmp/nginx
echo "listen $PORT;" >/tmp/nginx/listen.conf

: >/tmp/nginx/api-servers.conf
for address in $API_ADDRESSES; do
  case $address in
    *[!A-Za-z0-9._:-]* | :* | *:) fail "API_ADDRESSES has \"$address\", but must be addresses such as api-service:8080." ;;
    *:*) ;;
    *) fail "API_ADDRESSES has \"$address\", without a port." ;;
  esac
  # A server that has failed is asked again with the next request: being refused costs less than a guess who is alive.
  echo "server $address max_fails=0;" >>/tmp/nginx/api-servers.conf
done
[ -s /tmp/nginx/api-servers.conf ] || fail 'API_ADDRESSES names no server.'

exec nginx -e /dev/stderr -c /etc/nginx/page/nginx.conf
