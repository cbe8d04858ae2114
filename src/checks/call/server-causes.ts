/** What jicofo and the videobridge say of themselves, beside a fault. */
import { z } from 'zod';
import type { CauseSchemas } from '../causes.ts';
import { text, whole } from '../schema.ts';

const figure = z.number().exactOptional();

export const serverCauses = {
  'server-view': z.object({
    server: z.enum(['jicofo', 'videobridge']),
    bridge_selector_bridge_count: figure,
    bridge_selector_bridge_count_operational: figure,
    conferences: figure,
    bridge_selector_lost_bridges_total: figure,
    participants_ice_failed_total: figure,
    participants_restart_requested_total: figure,
    xmpp_disconnects_total: figure,
    healthy: figure,
    drain_mode: figure,
    shutting_down: figure,
    current_endpoints: figure,
    endpoints_sending_audio: figure,
    endpoints_sending_video: figure,
    stress: figure,
    endpoints_ice_failed_total: figure,
    endpoints_dtls_failed_total: figure,
    endpoints_no_message_transport_after_delay_total: figure,
    endpoints_disconnected_total: figure,
  }),
  'server-view-missing': z.object({
    server: z.enum(['jicofo', 'videobridge']),
    trouble: z.enum(['status', 'too-large', 'not-metrics', 'no-answer']),
    status: whole.exactOptional(),
    message: text.exactOptional().describe('what the system says'),
  }),
} satisfies CauseSchemas;
