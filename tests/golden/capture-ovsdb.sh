#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes ovsdb.txt: what ovsdb-server answers and tells, each message under the
# name that tests know it by. Needs neither root nor the test machine.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'kill "$(cat "$dir/pid")"; rm -r "$dir"' EXIT
export OVS_RUNDIR="$dir"

ovsdb-tool create "$dir/db" /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server "$dir/db" --remote="punix:$dir/db.sock" --unixctl="$dir/ctl" \
	--pidfile="$dir/pid" --log-file="$dir/log" --detach

vsctl() { ovs-vsctl --db="unix:$dir/db.sock" --no-wait "$@"; }
vsctl init
vsctl set Open_vSwitch . ovs_version=3.1.0 other_config:hw-offload=true \
	other_config:tc-policy=skip_sw 'datapath_types=[netdev,system]'
vsctl add-br br0 -- add-port br0 eth1 tag=10 -- add-port br0 vx0 -- \
	set Interface vx0 type=vxlan options:remote_ip=192.0.2.1 \
	options:key=flow external_ids:who='"Zoë"'

{
	echo "# SPDX-License-Identifier: GPL-2.0-or-later"
	echo "# Captured by capture-ovsdb.sh; do not edit."
	echo "# program: $(ovsdb-server --version | head -n 1)"
	python3 - "$dir/db.sock" <<-'END'
	import json, socket, subprocess, sys

	path = sys.argv[1]
	server = socket.socket(socket.AF_UNIX)
	server.connect(path)
	columns = {
	    "Open_vSwitch": ["other_config", "external_ids", "ovs_version",
	                     "datapath_types"],
	    "Bridge": ["name", "ports", "datapath_type", "datapath_id"],
	    "Port": ["name", "interfaces", "tag"],
	    "Interface": ["name", "type", "ofport", "ifindex", "admin_state",
	                  "link_state", "options", "external_ids", "error"]}

	def take(name, server):
	    text = b""
	    while True:
	        text += server.recv(1)
	        try:
	            json.loads(text)
	            break
	        except ValueError:
	            pass
	    print(f"= {name}\n{text.decode()}")

	def ask(name, method, params, server=server):
	    server.sendall(json.dumps({"id": method.split("_cond")[0],
	                               "method": method,
	                               "params": params}).encode())
	    take(name, server)

	def change(name, *words):
	    subprocess.run(["ovs-vsctl", f"--db=unix:{path}", "--no-wait",
	                    *words], check=True)
	    take(name, server)
	    take(name + "2", second)

	def monitor(columns):
	    return ["Open_vSwitch", "swoffd",
	            {t: [{"columns": c}] for t, c in columns.items()}]

	ask("list", "list_dbs", [])
	ask("refused", "monitor", monitor({"Bridge": ["nope"]}))
	ask("load", "monitor", monitor(columns))
	second = socket.socket(socket.AF_UNIX)
	second.connect(path)
	ask("load2", "monitor_cond", monitor(columns), second)
	change("numbers", "set", "Interface", "eth1", "ofport=1", "ifindex=7",
	       "admin_state=up", "link_state=up")
	change("del-port", "del-port", "br0", "vx0")
	change("max-idle", "set", "Open_vSwitch", ".",
	       "other_config:max-idle=30000")
	change("add-port", "add-port", "br0", "eth2")
	change("no-offload", "remove", "Open_vSwitch", ".", "other_config",
	       "hw-offload")
	change("no-tag", "clear", "Port", "eth1", "tag")
	change("options", "add", "Open_vSwitch", ".", "datapath_types",
	       "a", "--", "remove", "Open_vSwitch", ".", "datapath_types",
	       "netdev", "--", "set", "Open_vSwitch", ".",
	       "other_config:max-idle=5")
	ask("unknown", "monitor_more", [])
	ask("echo", "echo", [])

	def transact(name, *operations):
	    server.sendall(json.dumps(
	        {"id": "transact 1", "method": "transact",
	         "params": ["Open_vSwitch", *operations]}).encode())
	    take(name, server)

	comment = {"op": "comment", "comment": "a test"}
	second_root = {"op": "insert", "table": "Open_vSwitch", "row": {}}
	transact("done", comment, comment)
	transact("not-so", {"op": "wait", "timeout": 0, "table": "Bridge",
	                    "where": [], "columns": ["name"], "until": "==",
	                    "rows": []}, comment)
	transact("twice", comment, second_root)
	transact("no-such", comment, {"op": "insert", "table": "Nope",
	                              "row": {}})
	server.sendall(json.dumps({"id": "transact 1", "method": "transact",
	                           "params": ["Nope", comment]}).encode())
	take("no-database", server)
	END
} >"$dir/out"
mv "$dir/out" "$here/ovsdb.txt"
