import type { LiveStream } from "../../lib/live";
import { campaignsTopic } from "./api/live-campaigns";
import type { Campaign, CampaignPage, Tally } from "./api/types";
import { FIELDS } from "./components/form-values";

const EMPTY: Tally = {
  total: 0,
  pending: 0,
  sending: 0,
  sent: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
};

export function aTally(counts: Partial<Tally>): Tally {
  const tally = { ...EMPTY, ...counts };
  const { pending, sending, sent, failed, unknown, skipped } = tally;
  return { ...tally, total: pending + sending + sent + failed + unknown + skipped };
}

export function aCampaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    id: 7,
    name: "Spring catalogue",
    subject: "Hello {{ name }}",
    status: "draft",
    transport: "database",
    lists: [1],
    segments: [],
    excluded_lists: [],
    excluded_segments: [],
    sample_size: null,
    sample_percent: null,
    mail_servers: [],
    waiting_reason: "",
    waiting_until: null,
    rate_limit: null,
    is_public: true,
    stop_reason: "",
    scheduled_at: null,
    started_at: null,
    stopped_at: null,
    finished_at: null,
    cancelled_at: null,
    created_at: "2026-03-01T10:00:00Z",
    updated_at: "2026-03-01T10:00:00Z",
    tally: EMPTY,
    percent: 0,
    rate: 0,
    eta_seconds: null,
    audience_frozen: false,
    editable_fields: [...FIELDS],
    allowed_moves: ["start", "schedule"],
    from_name: "Shop",
    from_email: "shop@example.com",
    preheader: "",
    body_kind: "plain",
    body: "Hi {{ name }}",
    layout: null,
    text_derived: false,
    attachments: [],
    content_version: 1,
    body_text: "Hi {{ name }}",
    body_html: "",
    ...overrides,
  };
}

export function aRunningCampaign(counts: Partial<Tally>): Campaign {
  return aCampaign({
    status: "running",
    tally: aTally(counts),
    audience_frozen: true,
    editable_fields: ["is_public", "name", "rate_limit"],
    allowed_moves: ["stop", "cancel"],
  });
}

export function aPage(...results: Campaign[]): CampaignPage {
  return { count: results.length, next: null, previous: null, results };
}

/** What the management pages hear, as far as it is about campaigns. */
export const STREAM: LiveStream = {
  path: "/api/v1/events/",
  authenticated: true,
  topics: [campaignsTopic],
};
