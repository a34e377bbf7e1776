/**
 * Everything read from one campaign's ledger shares a prefix, so that a move of the campaign can
 * make all of it stale at once.
 */
export const campaignKeys = {
  lists: ["campaigns", "list"] as const,
  list: (query: object) => ["campaigns", "list", query] as const,
  details: ["campaigns", "detail"] as const,
  detail: (id: number) => ["campaigns", "detail", id] as const,
  ledger: (id: number) => ["campaigns", "ledger", id] as const,
  timeline: (id: number) => ["campaigns", "ledger", id, "timeline"] as const,
  reconciliation: (id: number) => ["campaigns", "ledger", id, "reconciliation"] as const,
  deliveries: (id: number, query: object) =>
    ["campaigns", "ledger", id, "deliveries", query] as const,
  feedback: (id: number, query: object) =>
    ["campaigns", "ledger", id, "feedback", query] as const,
  checks: (id: number) => ["campaigns", "detail", id, "checks"] as const,
  audience: (id: number) => ["campaigns", "detail", id, "audience"] as const,
  message: (id: number) => ["campaigns", "detail", id, "message"] as const,
  transports: ["campaigns", "transports"] as const,
  edition: (id: number) => ["campaigns", "edition", id] as const,
  contentPreview: ["campaigns", "content-preview"] as const,
  media: ["campaigns", "media"] as const,
  subscriberChoice: ["campaigns", "subscribers"] as const,
  installation: ["campaigns", "installation"] as const,
};
