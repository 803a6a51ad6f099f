#!/bin/sh
# Runs the stress tests of the crossings between threads. Build first: mvn -pl bench -am -DskipTests package
# Usage: bench/jcstress.sh [options of jcstress]; default: -m quick, some minutes. -t REGEX picks tests, -h lists options.
set -eu
home=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
[ -d "$home/target/lib" ] || {
    printf 'jcstress.sh: nothing to run, build first: mvn -pl bench -am -DskipTests package\n' >&2
    exit 69
}
[ $# -gt 0 ] || set -- -m quick
mkdir -p "$home/target/jcstress"
cd "$home/target/jcstress"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$home/target/classes:$home/target/lib/*" org.openjdk.jcstress.Main -r "$home/target/jcstress" "$@"
