#ifndef CF_FEATURE_FLOW_H_
#define CF_FEATURE_FLOW_H_

#include "feature/machine.h"

/* Price and volume together. */
extern const struct cf_machine cf_flow_mfi;		/* n */
extern const struct cf_machine cf_flow_vwap;		/* n */
extern const struct cf_machine cf_flow_obv;
extern const struct cf_machine cf_flow_adl;

#endif /* !CF_FEATURE_FLOW_H_ */
