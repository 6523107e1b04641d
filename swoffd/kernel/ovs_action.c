/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions of a datapath flow.  What no rule is ever made of is kept as the text
 * that its arguments have.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/openvswitch.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/uapi.h"
#include "swoffd/kernel/ovs_codec.h"

#define TEXT_SIZE 1024
#define COOKIE_MAX 256         /* bytes of userdata that are shown */

/* A list of actions that is being read. */
struct frame {
	const char *at, *end;
	size_t parent;                 /* the action it is inside of */
	int branch;                    /* ODP_IF_*, to be added first; or -1 */
};

struct reader {
	struct odp_flow *flow;
	size_t n_frames;
	struct frame frames[OVS_MAX_NESTING + 3];
};

/* The last one pushed is read first.  attr NULL: an empty list. */
static int push_list(struct reader *r, const struct nlattr *attr,
		     const struct odp_action *parent, int branch)
{
	struct frame *f;

	if (r->n_frames == ARRAY_LEN(r->frames))
		return -EBADMSG;
	f = &r->frames[r->n_frames++];
	f->at = attr ? attr_data(attr) : NULL;
	f->end = attr ? f->at + attr_size(attr) : NULL;
	f->parent = (size_t)(parent - r->flow->actions);
	f->branch = branch;
	return 0;
}

int ovs_text_put(struct odp_flow *flow, struct odp_action *a, const char *text,
		 size_t len)
{
	void *data = odp_add_data(flow, a, len);

	if (!data)
		return -EBADMSG;
	memcpy(data, text, len);
	return 0;
}

__attribute__((format(printf, 3, 4)))
static int set_text(struct reader *r, struct odp_action *a, const char *fmt,
		    ...)
{
	char text[TEXT_SIZE];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof(text))
		return -EBADMSG;
	return ovs_text_put(r->flow, a, text, (size_t)len);
}

/* "0102…", of no more bytes than are shown. */
static void hex(const struct nlattr *attr, char out[2 * COOKIE_MAX + 1])
{
	const uint8_t *p = attr_data(attr);
	size_t size = attr_size(attr);

	out[0] = '\0';
	for (size_t i = 0; i < size && i < COOKIE_MAX; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/*
 * Actions that rules are made of
 */

static int read_number(struct reader *r, const struct nlattr *attr,
		       struct odp_action *a)
{
	(void)r;
	return attr_u32(attr, &a->number);
}

static int read_output(struct reader *r, const struct nlattr *attr,
		       struct odp_action *a)
{
	(void)r;
	return attr_u32(attr, &a->output.no) ||
			       a->output.no == PORT_NO_NONE ? -EBADMSG : 0;
}

static int read_push_vlan(struct reader *r, const struct nlattr *attr,
			  struct odp_action *a)
{
	struct ovs_action_push_vlan v;
	uint16_t tci;

	(void)r;
	if (attr_copy(attr, &v, sizeof(v)))
		return -EBADMSG;
	tci = ntohs(v.vlan_tci);
	a->push_vlan.tpid_be = v.vlan_tpid;
	a->push_vlan.id = tci & 0xfff;
	a->push_vlan.prio = (uint8_t)(tci >> 13);
	a->push_vlan.cfi = tci >> 12 & 1;
	return 0;
}

static int read_push_mpls(struct reader *r, const struct nlattr *attr,
			  struct odp_action *a)
{
	struct ovs_action_push_mpls v;
	uint32_t lse;

	(void)r;
	if (attr_copy(attr, &v, sizeof(v)))
		return -EBADMSG;
	lse = ntohl(v.mpls_lse);
	a->push_mpls.label = lse >> 12;
	a->push_mpls.tc = lse >> 9 & 7;
	a->push_mpls.bos = lse >> 8 & 1;
	a->push_mpls.ttl = lse & 0xff;
	a->push_mpls.eth_type_be = v.mpls_ethertype;
	return 0;
}

static int read_pop_mpls(struct reader *r, const struct nlattr *attr,
			 struct odp_action *a)
{
	(void)r;
	return attr_u16(attr, &a->eth_type_be);
}

static int read_push_eth(struct reader *r, const struct nlattr *attr,
			 struct odp_action *a)
{
	struct ovs_key_ethernet v;

	(void)r;
	if (attr_copy(attr, &v, sizeof(v)))
		return -EBADMSG;
	memcpy(a->push_eth.src, v.eth_src, sizeof(v.eth_src));
	memcpy(a->push_eth.dst, v.eth_dst, sizeof(v.eth_dst));
	return 0;
}

static int read_ct(struct reader *r, const struct nlattr *attr,
		   struct odp_action *a)
{
	struct odp_ct *ct = odp_add_data(r->flow, a, sizeof(*ct));

	return ct ? ovs_ct_read(attr, ct) : -EBADMSG;
}

static int read_set(struct reader *r, const struct nlattr *attr,
		    struct odp_action *a)
{
	return ovs_set_read(r->flow, attr, a, false);
}

static int read_set_masked(struct reader *r, const struct nlattr *attr,
			   struct odp_action *a)
{
	return ovs_set_read(r->flow, attr, a, true);
}

/*
 * Lists in actions
 */

static int read_clone(struct reader *r, const struct nlattr *attr,
		      struct odp_action *a)
{
	return push_list(r, attr, a, -1);
}

static int read_sample(struct reader *r, const struct nlattr *attr,
		       struct odp_action *a)
{
	const struct nlattr *tb[OVS_SAMPLE_ATTR_MAX + 1];

	attr_nested_table(attr, tb, OVS_SAMPLE_ATTR_MAX);
	if (attr_u32(tb[OVS_SAMPLE_ATTR_PROBABILITY], &a->number))
		return -EBADMSG;
	return push_list(r, tb[OVS_SAMPLE_ATTR_ACTIONS], a, -1);
}

static int read_check_pkt_len(struct reader *r, const struct nlattr *attr,
			      struct odp_action *a)
{
	const struct nlattr *tb[OVS_CHECK_PKT_LEN_ATTR_MAX + 1];
	uint16_t size;

	attr_nested_table(attr, tb, OVS_CHECK_PKT_LEN_ATTR_MAX);
	if (attr_u16(tb[OVS_CHECK_PKT_LEN_ATTR_PKT_LEN], &size))
		return -EBADMSG;
	a->number = size;
	if (push_list(r, NULL, a, -1) < 0 ||
	    push_list(r, tb[OVS_CHECK_PKT_LEN_ATTR_ACTIONS_IF_LESS_EQUAL], a,
		      ODP_IF_LE) < 0)
		return -EBADMSG;
	return push_list(r, tb[OVS_CHECK_PKT_LEN_ATTR_ACTIONS_IF_GREATER], a,
			 ODP_IF_GT);
}

static int read_dec_ttl(struct reader *r, const struct nlattr *attr,
			struct odp_action *a)
{
	const struct nlattr *tb[OVS_DEC_TTL_ATTR_MAX + 1];

	attr_nested_table(attr, tb, OVS_DEC_TTL_ATTR_MAX);
	return push_list(r, tb[OVS_DEC_TTL_ATTR_ACTION], a, -1);
}

/*
 * Actions that stay with the datapath
 */

static int read_userspace(struct reader *r, const struct nlattr *attr,
			  struct odp_action *a)
{
	const struct nlattr *tb[OVS_USERSPACE_ATTR_MAX + 1];
	char cookie[2 * COOKIE_MAX + 1] = "", tunnel[32] = "";
	const struct nlattr *data;
	uint32_t pid, port;

	attr_nested_table(attr, tb, OVS_USERSPACE_ATTR_MAX);
	if (attr_u32(tb[OVS_USERSPACE_ATTR_PID], &pid))
		return -EBADMSG;
	data = tb[OVS_USERSPACE_ATTR_USERDATA];
	if (data)
		hex(data, cookie);
	if (attr_u32(tb[OVS_USERSPACE_ATTR_EGRESS_TUN_PORT], &port) == 0)
		(void)snprintf(tunnel, sizeof(tunnel), ",tunnel_out_port=%u",
			       port);
	return set_text(r, a, "pid=%u%s%s%s%s%s", pid, data ? ",userdata(" : "",
			cookie, data ? ")" : "",
			tb[OVS_USERSPACE_ATTR_ACTIONS] ? ",actions" : "",
			tunnel);
}

static int read_hash(struct reader *r, const struct nlattr *attr,
		     struct odp_action *a)
{
	struct ovs_action_hash v;

	if (attr_copy(attr, &v, sizeof(v)))
		return -EBADMSG;
	return set_text(r, a, "%s(%u)", v.hash_alg == OVS_HASH_ALG_L4 ?
			"l4" : "sym_l4", v.hash_basis);
}

/* The header is the nest of a key inside that of the action. */
static int read_push_nsh(struct reader *r, const struct nlattr *attr,
			 struct odp_action *a)
{
	const struct nlattr *key[OVS_KEY_ATTR_NSH + 1];
	const struct nlattr *tb[OVS_NSH_KEY_ATTR_MAX + 1];
	struct ovs_nsh_key_base b;
	char rest[2 * COOKIE_MAX + 1] = "";
	struct ovs_nsh_key_md1 md1;
	uint32_t path;

	attr_nested_table(attr, key, OVS_KEY_ATTR_NSH);
	if (!key[OVS_KEY_ATTR_NSH])
		return -EBADMSG;
	attr_nested_table(key[OVS_KEY_ATTR_NSH], tb, OVS_NSH_KEY_ATTR_MAX);
	if (attr_copy(tb[OVS_NSH_KEY_ATTR_BASE], &b, sizeof(b)))
		return -EBADMSG;
	path = ntohl(b.path_hdr);
	if (attr_copy(tb[OVS_NSH_KEY_ATTR_MD1], &md1, sizeof(md1)) == 0)
		return set_text(r, a, "flags=%u,ttl=%u,mdtype=%u,np=%u,"
				"spi=0x%x,si=%u,c1=0x%x,c2=0x%x,c3=0x%x,"
				"c4=0x%x", b.flags, b.ttl, b.mdtype, b.np,
				path >> 8, path & 0xff, ntohl(md1.context[0]),
				ntohl(md1.context[1]), ntohl(md1.context[2]),
				ntohl(md1.context[3]));
	if (tb[OVS_NSH_KEY_ATTR_MD2])
		hex(tb[OVS_NSH_KEY_ATTR_MD2], rest);
	return set_text(r, a, "flags=%u,ttl=%u,mdtype=%u,np=%u,spi=0x%x,si=%u"
			"%s%s", b.flags, b.ttl, b.mdtype, b.np, path >> 8,
			path & 0xff, rest[0] ? ",md2=0x" : "", rest);
}

static int read_add_mpls(struct reader *r, const struct nlattr *attr,
			 struct odp_action *a)
{
	struct ovs_action_add_mpls v;
	uint32_t lse;

	if (attr_copy(attr, &v, sizeof(v)))
		return -EBADMSG;
	lse = ntohl(v.mpls_lse);
	return set_text(r, a, "label=%u,tc=%u,ttl=%u,bos=%u,eth_type=0x%x",
			lse >> 12, lse >> 9 & 7, lse & 0xff, lse >> 8 & 1,
			ntohs(v.mpls_ethertype));
}

static int read_psample(struct reader *r, const struct nlattr *attr,
			struct odp_action *a)
{
	const struct nlattr *tb[UAPI_OVS_PSAMPLE_COOKIE + 1];
	char cookie[2 * COOKIE_MAX + 1] = "";
	uint32_t group;

	attr_nested_table(attr, tb, UAPI_OVS_PSAMPLE_COOKIE);
	if (attr_u32(tb[UAPI_OVS_PSAMPLE_GROUP], &group))
		return -EBADMSG;
	if (tb[UAPI_OVS_PSAMPLE_COOKIE])
		hex(tb[UAPI_OVS_PSAMPLE_COOKIE], cookie);
	return set_text(r, a, "group=%u%s%s", group,
			cookie[0] ? ",cookie=0x" : "", cookie);
}

static const struct action_row {
	uint16_t type;
	uint8_t kind;
	int (*read)(struct reader *r, const struct nlattr *attr,
		    struct odp_action *a);
				                     /* NULL: without arguments */
} action_rows[] = {
	{ OVS_ACTION_ATTR_OUTPUT, ODP_OUTPUT, read_output },
	{ OVS_ACTION_ATTR_USERSPACE, ODP_USERSPACE, read_userspace },
	{ OVS_ACTION_ATTR_SET, ODP_SET, read_set },
	{ OVS_ACTION_ATTR_PUSH_VLAN, ODP_PUSH_VLAN, read_push_vlan },
	{ OVS_ACTION_ATTR_POP_VLAN, ODP_POP_VLAN, NULL },
	{ OVS_ACTION_ATTR_SAMPLE, ODP_SAMPLE, read_sample },
	{ OVS_ACTION_ATTR_RECIRC, ODP_RECIRC, read_number },
	{ OVS_ACTION_ATTR_HASH, ODP_HASH, read_hash },
	{ OVS_ACTION_ATTR_PUSH_MPLS, ODP_PUSH_MPLS, read_push_mpls },
	{ OVS_ACTION_ATTR_POP_MPLS, ODP_POP_MPLS, read_pop_mpls },
	{ OVS_ACTION_ATTR_SET_MASKED, ODP_SET, read_set_masked },
	{ OVS_ACTION_ATTR_CT, ODP_CT, read_ct },
	{ OVS_ACTION_ATTR_TRUNC, ODP_TRUNC, read_number },
	{ OVS_ACTION_ATTR_PUSH_ETH, ODP_PUSH_ETH, read_push_eth },
	{ OVS_ACTION_ATTR_POP_ETH, ODP_POP_ETH, NULL },
	{ OVS_ACTION_ATTR_CT_CLEAR, ODP_CT_CLEAR, NULL },
	{ OVS_ACTION_ATTR_PUSH_NSH, ODP_PUSH_NSH, read_push_nsh },
	{ OVS_ACTION_ATTR_POP_NSH, ODP_POP_NSH, NULL },
	{ OVS_ACTION_ATTR_METER, ODP_METER, read_number },
	{ OVS_ACTION_ATTR_CLONE, ODP_CLONE, read_clone },
	{ OVS_ACTION_ATTR_CHECK_PKT_LEN, ODP_CHECK_PKT_LEN,
	  read_check_pkt_len },
	{ OVS_ACTION_ATTR_ADD_MPLS, ODP_ADD_MPLS, read_add_mpls },
	{ OVS_ACTION_ATTR_DEC_TTL, ODP_DEC_TTL, read_dec_ttl },
	{ UAPI_OVS_ACTION_DROP, ODP_DROP, NULL },
	{ UAPI_OVS_ACTION_PSAMPLE, ODP_PSAMPLE, read_psample },
};

static int read_unknown(struct reader *r, const struct nlattr *attr)
{
	struct odp_action *a = odp_add_action(r->flow, ODP_OTHER);
	const uint8_t *p = attr_data(attr);
	size_t size = attr_size(attr), n = 0;
	char bytes[3 * COOKIE_MAX + 1] = "";

	if (!a)
		return -EBADMSG;
	for (size_t i = 0; i < size && i < COOKIE_MAX; i++)
		n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, "%s%02x",
				      i ? " " : "", p[i]);
	return set_text(r, a, "action%u(%s)", attr_type(attr), bytes);
}

static int read_action(struct reader *r, const struct nlattr *attr)
{
	uint16_t type = attr_type(attr);

	for (size_t i = 0; i < ARRAY_LEN(action_rows); i++) {
		const struct action_row *row = &action_rows[i];
		struct odp_action *a;

		if (row->type != type)
			continue;
		a = odp_add_action(r->flow, (enum odp_action_kind)row->kind);
		if (!a)
			return -EBADMSG;
		return row->read && row->read(r, attr, a) ? -EBADMSG : 0;
	}
	return read_unknown(r, attr);
}

static int begin_branch(struct reader *r, struct frame *f)
{
	struct odp_action *a;

	if (f->branch < 0)
		return 0;
	a = odp_add_action(r->flow, (enum odp_action_kind)f->branch);
	if (!a)
		return -EBADMSG;
	f->parent = (size_t)(a - r->flow->actions);
	f->branch = -1;
	return 0;
}

static void end_list(struct reader *r)
{
	size_t parent = r->frames[--r->n_frames].parent;

	r->flow->actions[parent].n_inner =
		(uint16_t)(r->flow->n_actions - parent - 1);
}

int ovs_actions_decode(const struct nlattr *nest, struct odp_flow *out)
{
	struct reader r = { .flow = out, .n_frames = 1 };
	const char *end = attr_data(nest);

	r.frames[0].at = end;
	r.frames[0].end = end + attr_size(nest);
	r.frames[0].branch = -1;
	while (r.n_frames) {
		struct frame *f = &r.frames[r.n_frames - 1];
		const struct nlattr *attr = (const void *)f->at;

		if (begin_branch(&r, f) < 0)
			return -EBADMSG;
		if (attr && attr_fits(attr, f->end)) {
			f->at = (const char *)attr_next(attr);
			/* The kernel takes it as the last one only. */
			if (attr_type(attr) == UAPI_OVS_ACTION_DROP &&
			    attr_fits((const void *)f->at, f->end))
				return -EBADMSG;
			if (read_action(&r, attr) < 0)
				return -EBADMSG;
		} else if (r.n_frames == 1) {
			break;
		} else {
			end_list(&r);
		}
	}
	/* An empty list drops, and is known by being empty. */
	if (out->n_actions == 1 && out->actions[0].kind == ODP_DROP)
		out->n_actions = 0;
	return 0;
}
