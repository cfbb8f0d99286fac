#!/bin/sh
# Writes what differs from place to place to /tmp, the one folder that can be written to, and becomes nginx.
#
#   PORT                    to listen on
#   API_ADDRESSES           host:port of each server of the API, parted by spaces; a name is looked up once, here
#   KEEP_ALIVE_TIMEOUT_MS   milliseconds that a connection may be idle until nginx closes it; longer than any proxy in front
#                           keeps it, as in the service (api-service/src/config.ts). Default 620000
set -eu

fail() {
  echo "the page can not be served: $1" >&2
  exit 1
}

case $PORT in
  '' | *[!0-9]*) fail "PORT is \"$PORT\", but must be a number." ;;
esac
case ${KEEP_ALIVE_TIMEOUT_MS:=620000} in
  *[!0-9]*) fail "KEEP_ALIVE_TIMEOUT_MS is \"$KEEP_ALIVE_TIMEOUT_MS\", but must be a number." ;;
esac
mkdir -p /tmp/nginx

# nginx does not start where it can't open a socket that it is told to, and a kernel without IPv6 opens none of IPv6.
listen="listen $PORT;"
families='IPv4 alone: the kernel has no IPv6'
if [ -e /proc/net/if_inet6 ]; then
  listen="$listen listen [::]:$PORT;"
  families='IPv4 and IPv6'
fi
echo "$listen keepalive_timeout ${KEEP_ALIVE_TIMEOUT_MS}ms;" >/tmp/nginx/listen.conf
echo "listening on port $PORT, $families" >&2

: >/tmp/nginx/api-servers.conf
for address in $API_ADDRESSES; do
  case $address in
    *[!][A-Za-z0-9._:-]* | :* | *:) fail "API_ADDRESSES has \"$address\", but must be addresses such as api-service:8080." ;;
    *:*[!]]) ;;
    *) fail "API_ADDRESSES has \"$address\", without a port." ;;
  esac
  # A server that has failed is asked again with the next request: being refused costs less than a guess who is alive.
  echo "server $address max_fails=0;" >>/tmp/nginx/api-servers.conf
done
[ -s /tmp/nginx/api-servers.conf ] || fail 'API_ADDRESSES names no server.'

exec nginx -e /dev/stderr -c /etc/nginx/page/nginx.conf
