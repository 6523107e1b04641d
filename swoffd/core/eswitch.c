/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devlink's own words for modes and port flavours (linux/devlink.h). */
#include <errno.h>
#include <string.h>

#include "swoffd/core/device.h"

struct word {
	int value;
	const char *name;
};

static const struct word modes[] = {
	{ ESWITCH_MODE_LEGACY, "legacy" },
	{ ESWITCH_MODE_SWITCHDEV, "switchdev" },
	{ ESWITCH_MODE_SWITCHDEV_INACTIVE, "switchdev_inactive" },
};

static const struct word inline_modes[] = {
	{ ESWITCH_INLINE_NONE, "none" },
	{ ESWITCH_INLINE_LINK, "link" },
	{ ESWITCH_INLINE_NETWORK, "network" },
	{ ESWITCH_INLINE_TRANSPORT, "transport" },
};

static const struct word encap_modes[] = {
	{ ESWITCH_ENCAP_NONE, "none" },
	{ ESWITCH_ENCAP_BASIC, "basic" },
};

static const struct word flavours[] = {
	{ PORT_PHYSICAL, "physical" }, { PORT_CPU, "cpu" },
	{ PORT_DSA, "dsa" },	       { PORT_PCI_PF, "pcipf" },
	{ PORT_PCI_VF, "pcivf" },      { PORT_VIRTUAL, "virtual" },
	{ PORT_UNUSED, "unused" },     { PORT_PCI_SF, "pcisf" },
};

static const char *word_of(const struct word *words, size_t n, int value)
{
	for (size_t i = 0; i < n; i++)
		if (words[i].value == value)
			return words[i].name;
	return "unknown";
}

static int value_of(const struct word *words, size_t n, const char *text,
		    int *out)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i].name, text) == 0) {
			*out = words[i].value;
			return 0;
		}
	return -EINVAL;
}

const char *eswitch_mode_str(enum eswitch_mode mode)
{
	return word_of(modes, ARRAY_LEN(modes), (int)mode);
}

int eswitch_mode_parse(const char *text, enum eswitch_mode *out)
{
	int value, rc = value_of(modes, ARRAY_LEN(modes), text, &value);

	if (rc == 0)
		*out = (enum eswitch_mode)value;
	return rc;
}

int eswitch_inline_parse(const char *text, enum eswitch_inline *out)
{
	int value, rc = value_of(inline_modes, ARRAY_LEN(inline_modes), text,
				 &value);

	if (rc == 0)
		*out = (enum eswitch_inline)value;
	return rc;
}

int eswitch_encap_parse(const char *text, enum eswitch_encap *out)
{
	int value, rc = value_of(encap_modes, ARRAY_LEN(encap_modes), text,
				 &value);

	if (rc == 0)
		*out = (enum eswitch_encap)value;
	return rc;
}

const char *eswitch_inline_str(enum eswitch_inline mode)
{
	return word_of(inline_modes, ARRAY_LEN(inline_modes), (int)mode);
}

const char *eswitch_encap_str(enum eswitch_encap mode)
{
	return word_of(encap_modes, ARRAY_LEN(encap_modes), (int)mode);
}

const char *port_flavour_str(enum port_flavour flavour)
{
	return word_of(flavours, ARRAY_LEN(flavours), (int)flavour);
}
