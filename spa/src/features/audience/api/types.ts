import type { components } from "../../../api-schema";

type Schemas = components["schemas"];

export type MailingList = Schemas["MailingList"];
export type MailingListWrite = Schemas["MailingListWriteRequest"];
export type Segment = Schemas["Segment"];
export type SegmentWrite = Schemas["SegmentWriteRequest"];
export type Subscriber = Schemas["Subscriber"];
export type SubscriberWrite = Schemas["SubscriberWriteRequest"];
export type Suppression = Schemas["Suppression"];
export type SuppressionReason = Schemas["SuppressionReason"];
export type SuppressionWrite = Schemas["SuppressionWriteRequest"];

export const SUPPRESSION_REASONS: readonly SuppressionReason[] = [
  "manual",
  "unsubscribed",
  "bounced",
  "complained",
];

/** The address, or `@` and the domain, that is suppressed. */
export function suppressedOf({ email, domain }: Suppression): string {
  return email ?? `@${domain}`;
}

export interface MailingListParams {
  page: number;
  search: string;
  ordering: string;
}

export interface SubscriberListParams {
  page: number;
  search: string;
  ordering: string;
  list: number | null;
  segment: number | null;
}

export interface SuppressionListParams {
  page: number;
  search: string;
}
