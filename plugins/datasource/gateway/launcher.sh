#!/bin/sh
# Grafana starts this file as the datasource's server side. It picks what can run the gateway here, and becomes it.
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
# gpx_jetstream_linux_amd64 -> gateway_linux_amd64
own=$here/gateway${0##*gpx_jetstream}
# Options for other Node programs of this machine are not meant for this one.
unset NODE_OPTIONS

# [plugin.natsconsole-jetstream-datasource] node_path = ... in Grafana's configuration
if [ -n "$GF_PLUGIN_NODE_PATH" ]; then exec "$GF_PLUGIN_NODE_PATH" "$here/gateway.cjs"; fi
# The single executable needs glibc and libstdc++: where they are missing it does not get as far as its version.
if [ -x "$own" ] && "$own" --version >/dev/null 2>&1; then exec "$own"; fi
if command -v node >/dev/null 2>&1; then exec node "$here/gateway.cjs"; fi

echo '{"@level":"error","@message":"The JetStream datasource needs Node 20 or newer on the PATH of Grafana. Install it, or set node_path under [plugin.natsconsole-jetstream-datasource] in the configuration of Grafana, or install the package of the plugin for this platform, which brings its own."}' >&2
exit 1
