import type { Campaign, PublicCampaign, SessionGrant, Tally } from '../lib/api-types';

export function tally(counts: Partial<Tally> = {}): Tally {
  return { total: 0, pending: 0, sending: 0, sent: 0, failed: 0, unknown: 0, skipped: 0, ...counts };
}

export function campaign(fields: Partial<Campaign> = {}): Campaign {
  return {
    id: 7,
    name: 'Spring letter',
    subject: 'Hello',
    status: 'draft',
    transport: 'database',
    lists: [1],
    rate_limit: null,
    is_public: true,
    stop_reason: '',
    scheduled_at: null,
    started_at: null,
    stopped_at: null,
    finished_at: null,
    cancelled_at: null,
    created_at: '2026-01-05T10:00:00Z',
    updated_at: '2026-01-05T10:00:00Z',
    tally: tally(),
    percent: 0,
    rate: 0,
    eta_seconds: null,
    audience_frozen: false,
    editable: true,
    allowed_moves: ['start', 'schedule'],
    from_name: 'Team',
    from_email: 'team@example.org',
    body_text: 'Hello',
    body_html: '',
    ...fields,
  };
}

export function publicCampaign(fields: Partial<PublicCampaign> = {}): PublicCampaign {
  return {
    id: 7,
    name: 'Spring letter',
    status: 'running',
    total: 2000,
    sent: 500,
    percent: 25,
    rate: 40,
    eta_seconds: 37,
    scheduled_at: null,
    started_at: '2026-01-05T10:00:00Z',
    stopped_at: null,
    finished_at: null,
    cancelled_at: null,
    updated_at: '2026-01-05T10:00:00Z',
    ...fields,
  };
}

export function page<Row>(results: Row[]) {
  return { count: results.length, next: null, previous: null, results };
}

export function grant(role: 'admin' | 'viewer' = 'admin', access = 'fresh'): SessionGrant {
  return { access, user: { id: 1, username: 'anna', role } };
}
