#!/bin/sh
# Runs one program for Vigie and leaves nothing of it behind, whatever happens to Vigie.
#   guard.sh DIRECTORY PROGRAM [ARGUMENT]...
# Standard input is a pipe that Vigie holds open: its end means that Vigie is gone (also by SIGKILL), and then
# the program's whole process group is killed. At the end DIRECTORY (profile, sockets) is removed.
# Descriptors 3 and 4 are the program's (a browser's debugging pipes); 5 is this file, where it was opened by Vigie.
dir=$1
shift
exec 5<&-
child= asked=
# The group is there only once setsid has run.
end() { kill -s KILL -- "-$child" || kill -s KILL "$child"; } 2>/dev/null
# Asked to end, the guard ends the program, also where it does not wait for it yet; a handler, unlike an ignored
# signal, is not passed on to it.
trap 'asked=1; [ -z "$child" ] || end' HUP INT TERM
# What the shell itself says of a killed program goes into a pipe that nobody reads once Vigie is gone.
trap : PIPE
exec 9<&0
setsid "$@" </dev/null 9<&- &
child=$!
[ -z "$asked" ] || end
# Only the program keeps its pipes: that they are closed must mean that it is gone.
exec 3<&- 4>&-
{
  read -r _ <&9
  end
} &
watcher=$!
wait "$child"
code=$?
kill -s KILL -- "-$child" 2>/dev/null
kill "$watcher" 2>/dev/null
# A browser's last process may still write into its profile while it dies.
for _ in 1 2 3 4 5; do
  rm -rf -- "$dir" 2>/dev/null && break
  sleep 0.1
done
exit "$code"
