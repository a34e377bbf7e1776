/** What is asked for is a part of each page's key. */
export const accessKeys = {
  users: ["access", "users"] as const,
  userPage: (query: object) => ["access", "users", "page", query] as const,
  apiKeys: ["access", "api-keys"] as const,
  apiKeyPage: (query: object) => ["access", "api-keys", "page", query] as const,
  auditPage: (query: object) => ["access", "audit", "page", query] as const,
  sessions: ["access", "sessions"] as const,
};
