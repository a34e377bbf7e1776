/** What is asked for is a part of each page's key. */
export const audienceKeys = {
  subscribers: ["audience", "subscribers"] as const,
  subscriberPage: (query: object) => ["audience", "subscribers", "page", query] as const,
  suppressions: ["audience", "suppressions"] as const,
  suppressionPage: (query: object) => ["audience", "suppressions", "page", query] as const,
};
