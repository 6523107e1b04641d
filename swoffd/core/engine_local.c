/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules in the form that is kept: devices by their id in our table, actions as
 * the kernel reports them.  What swoffd cannot do is refused here, by reason.
 */
#include <errno.h>
#include <string.h>

#include "common/flow/action_param.h"
#include "swoffd/core/engine_priv.h"

struct engine_dev *engine_resolve(struct engine *e, const struct port *port,
				  struct reason_list *reasons,
				  struct error *err)
{
	struct engine_dev *dev = engine_dev_resolve(e, port, err);

	if (!dev && port->name[0])
		reason_add(reasons, REASON_PORT_UNKNOWN, ENODEV, "%s",
			   port->name);
	else if (!dev)
		reason_add(reasons, REASON_PORT_UNKNOWN, ENODEV, "%u",
			   port->no);
	return dev;
}

/*
 * What is sent out of an internal port goes to the datapath again; what is
 * for the host must be received on it.
 */
static bool leads_back(const struct engine_dev *dev,
		       const struct rule_action *a)
{
	return dev->kind == PORT_KIND_INTERNAL &&
	       (a->mirred.op == RULE_EGRESS_REDIRECT ||
		a->mirred.op == RULE_EGRESS_MIRROR);
}

static int refuse_block(uint32_t block, struct reason_list *reasons,
			struct error *err)
{
	reason_add(reasons, REASON_BLOCK_UNMANAGED, EOPNOTSUPP, "block %u",
		   block);
	return error_set(err, EOPNOTSUPP, "block %u: swoffd does not manage "
			 "shared blocks; name a device", block);
}

static int localise_mirred(struct engine *e, struct rule_action *a,
			   struct reason_list *reasons, struct error *err)
{
	struct engine_dev *dev;

	if (a->mirred.block)
		return refuse_block(a->mirred.block, reasons, err);
	dev = engine_resolve(e, &a->mirred.port, reasons, err);
	if (!dev)
		return -err->code;
	if (leads_back(dev, a)) {
		reason_add(reasons, REASON_PORT_NOT_OFFLOADABLE, EOPNOTSUPP,
			   "%s", dev->name);
		return error_set(err, EOPNOTSUPP, "%s is an internal port of "
				 "Open vSwitch; what is sent out of it goes "
				 "to the datapath again", dev->name);
	}
	a->mirred.port = (struct port){ .no = dev->id };
	return 0;
}

static int check_chain(uint32_t chain, struct error *err)
{
	if (chain - (ENGINE_SCRATCH_CHAIN - 1) > 2)
		return 0;
	return error_set(err, EINVAL, "chain %u is one that swoffd tries "
			 "rules out in", chain);
}

static int localise_action(struct engine *e, struct rule_action *a,
			   struct reason_list *reasons, struct error *err)
{
	/* Every action is sent with it, so it tells nothing. */
	a->no_percpu = false;
	if (engine_has_target(a))
		return localise_mirred(e, a, reasons, err);
	if (a->verdict == RULE_GOTO_CHAIN)
		return check_chain(a->chain, err);
	return 0;
}

int engine_localise_actions(struct engine *e, struct rule *rule,
			    struct reason_list *reasons, struct error *err)
{
	struct error first, one;

	first.code = 0;
	rule_settle_actions(rule);
	for (uint8_t i = 0; i < rule->n_actions; i++) {
		if (localise_action(e, &rule->actions[i], reasons, &one) < 0 &&
		    !first.code) {
			first = one;
			(void)error_prefix(&first, "action %u", i + 1);
		}
	}
	if (!rule_has_room_for_cookie(rule)) {
		reason_add(reasons, REASON_COOKIES_TAKEN, EOPNOTSUPP, "%s",
			   "actions");
		if (!first.code)
			(void)error_set(&first, EOPNOTSUPP, "each action has "
					"a cookie; swoffd needs one for its "
					"own");
	}
	if (first.code)
		*err = first;
	return -first.code;
}

static int check_policy(const struct engine_dev *dev, const struct rule *rule,
			struct reason_list *reasons, struct error *err)
{
	if (rule->policy != RULE_HW_ONLY || !engine_needs_software(dev, rule))
		return 0;
	reason_add(reasons, REASON_HW_ONLY_IMPOSSIBLE, EOPNOTSUPP, "%s",
		   port_kind_is_tunnel(dev->kind) || dev->block ? dev->name :
		   engine_meter_used(rule->actions, rule->n_actions) ?
			   "meter" : "ct");
	return error_set(err, EOPNOTSUPP, "%s: hw-only is impossible for it",
			 dev->name);
}

/* A kernel that keeps flags of tunnels (6.11) has all that actions got. */
static int check_probed(const struct engine *e, const struct rule *rule,
			struct reason_list *reasons, struct error *err)
{
	const char *word = NULL;

	if (e->ports.keeps_tunnel_flags)
		return 0;
	for (uint8_t i = 0; i < rule->n_actions && !word; i++)
		word = action_probed(rule, &rule->actions[i]);
	if (!word)
		return 0;
	reason_add(reasons, REASON_KERNEL_IGNORES_KEY, EOPNOTSUPP, "%s", word);
	return error_set(err, EOPNOTSUPP, "%s: newer than what this kernel is "
			 "known to keep", word);
}

static struct engine_dev *localise_dev(struct engine *e, struct rule *rule,
				       struct reason_list *reasons,
				       struct error *err)
{
	struct engine_dev *dev;

	if (rule->block) {
		(void)refuse_block(rule->block, reasons, err);
		return NULL;
	}
	dev = engine_resolve(e, &rule->dev, reasons, err);
	if (!dev || check_policy(dev, rule, reasons, err) < 0 ||
	    check_chain(rule->chain, err) < 0)
		return NULL;
	return dev;
}

struct engine_dev *engine_localise(struct engine *e, struct rule *rule,
				   struct reason_list *reasons,
				   struct error *err)
{
	struct engine_dev *dev = localise_dev(e, rule, reasons, err);
	struct error second;

	/* Whatever the first problem is, tell of the others. */
	if (engine_localise_actions(e, rule, reasons, &second) == 0 &&
	    check_probed(e, rule, reasons, &second) == 0)
		return dev;
	if (dev)
		*err = second;
	return NULL;
}

static void globalise_port(const struct engine_dev *dev, struct port *port)
{
	port->no = PORT_NO_NONE;
	port->ifindex = dev->ifindex;
	memcpy(port->name, dev->name, sizeof(port->name));
}

void engine_globalise(const struct engine *e, const struct engine_dev *dev,
		      struct rule *rule)
{
	globalise_port(dev, &rule->dev);
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (engine_has_target(&rule->actions[i]))
			globalise_port(e->devs[rule->actions[i].mirred.port.no],
				       &rule->actions[i].mirred.port);
}

static bool has_limit(const struct rule_police *p)
{
	return p->rate || p->peakrate || p->pkts_rate || p->avrate || p->mtu;
}

/*
 * A police without limits that is made because there is none of this index
 * would let everything pass.  Counters for each CPU of a million rules would
 * take gigabytes.
 */
void engine_make_sendable(struct rule *rule)
{
	for (uint8_t i = 0; i < rule->n_actions; i++) {
		struct rule_action *a = &rule->actions[i];

		a->no_percpu = true;
		a->must_exist = a->only_index ||
				(a->index && a->kind == RULE_ACTION_POLICE &&
				 !has_limit(&a->police));
	}
}

static bool any(const struct rule *rule, size_t offset, size_t size)
{
	return flow_mask_any(&rule->match.mask, offset, size);
}

#define MATCHES(rule, member)                             \
	any(rule, offsetof(struct flow_key, member),      \
	    sizeof(((struct flow_key *)0)->member))

bool engine_tracks_connections(const struct rule *rule)
{
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].kind == RULE_ACTION_CT)
			return true;
	return MATCHES(rule, ct_state) || MATCHES(rule, ct_zone) ||
	       MATCHES(rule, ct_mark) || MATCHES(rule, ct_label);
}

/* net/sched/cls_api.c binds devices without ndo_setup_tc, as tunnels and bonds
 * are, to the drivers of others, and then takes no skip_sw; act_ct learns
 * connections from packets that software sees; act_api.c gives no action that
 * software has to a rule with skip_sw. */
bool engine_needs_software(const struct engine_dev *dev,
			   const struct rule *rule)
{
	return engine_meter_used(rule->actions, rule->n_actions) ||
	       port_kind_is_tunnel(dev->kind) || dev->block ||
	       engine_tracks_connections(rule);
}
