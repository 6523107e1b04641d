/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes. */
#include "swoffd/ctl/ovs_json.h"

#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/json_add.h"

static uint64_t rounded(double v)
{
	return (uint64_t)(v + 0.5);
}

static struct json_object *shares_json(const struct companion_share *shares)
{
	struct json_object *a = json_object_new_array();

	for (int i = 0; a && i < COMPANION_N_WHERES; i++) {
		struct json_object *o = json_object_new_object();

		if (!o)
			break;
		json_add_str(o, "where",
			     companion_where_str((enum companion_where)i));
		json_add_num(o, "flows", shares[i].flows);
		json_add_num(o, "packets", shares[i].packets);
		json_add_num(o, "bytes", shares[i].bytes);
		json_add_num(o, "pps", rounded(shares[i].rate));
		json_object_array_add(a, o);
	}
	return a;
}

struct json_object *ovs_json_companion(const struct companion_status *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_str(o, "mode", companion_mode_str(s->mode));
	json_add_str(o, "asked", companion_mode_str(s->asked.mode));
	json_add_known(o, "why", s->why);
	json_add_str(o, "policy", rule_policy_str(s->asked.policy));
	json_object_object_add(o, "openvswitch",
			       json_object_new_boolean(s->has_datapath));
	json_object_object_add(o, "whole", json_object_new_boolean(s->whole));
	json_add_known(o, "trouble", s->trouble);
	json_add_num(o, "datapaths", s->n_datapaths);
	json_add_num(o, "ports", s->n_ports);
	json_add_num(o, "flows", s->n_flows);
	json_add_num(o, "flows_not_followed", s->n_untold);
	json_object_object_add(o, "shares", shares_json(s->shares));
	json_add_num(o, "reads", s->n_reads);
	json_add_num(o, "read_ms", s->read_ms);
	json_add_num(o, "overflows", s->n_lost);
	json_add_num(o, "idle", s->n_idle);
	return o;
}

static struct json_object *stats_json(const struct companion_flow *f)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_num(o, "packets", f->packets);
	json_add_num(o, "bytes", f->bytes);
	json_add_num(o, "hw_packets", f->hw_packets);
	json_add_num(o, "hw_bytes", f->hw_bytes);
	json_object_object_add(o, "used_ms", f->used_ms == UINT64_MAX ?
				       NULL :
				       json_object_new_uint64(f->used_ms));
	return o;
}

struct json_object *ovs_json_flow(const struct companion_flow *f)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "ufid", flow_json_ufid(&f->ufid));
	json_add_known(o, "datapath", f->dp);
	json_add_known(o, "dev", f->dev);
	json_add_str(o, "where", companion_where_str(f->where));
	json_add_known(o, "by", !f->in_tc ? "" : f->mirrored ? "swoffd" : "ovs");
	json_add_str(o, "flow", f->text);
	json_add_num(o, "pps", rounded(f->rate));
	json_object_object_add(o, "stats", stats_json(f));
	json_object_object_add(o, "reasons",
			       flow_json_reason_array(f->reasons,
						      f->n_reasons));
	return o;
}
