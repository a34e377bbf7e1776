import type { MailingListParams, SubscriberListParams, SuppressionListParams } from "./types";

export const audienceKeys = {
  mailingLists: ["audience", "mailing-lists"] as const,
  mailingListPage: (params: MailingListParams) =>
    ["audience", "mailing-lists", "page", params] as const,
  allMailingLists: ["audience", "mailing-lists", "all"] as const,
  subscribers: ["audience", "subscribers"] as const,
  subscriberPage: (params: SubscriberListParams) =>
    ["audience", "subscribers", "page", params] as const,
  suppressions: ["audience", "suppressions"] as const,
  suppressionPage: (params: SuppressionListParams) =>
    ["audience", "suppressions", "page", params] as const,
};
