#!/bin/sh
# Makes the checkout ready and then runs its arguments under the project's own Node: installs npm packages when they are
# missing or the lock file has changed. Used by every npm script, so that none needs a step before it.
set -e
cd "$(dirname "$0")/.."
stamp=node_modules/.plimsoll-lock
if [ ! -f "$stamp" ] || ! cmp -s package-lock.json "$stamp" || [ ! -x node_modules/.bin/node ]; then
  echo "installing npm packages (once)" >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
exec "$@"
