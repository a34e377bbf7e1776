import type { components } from "../../../api-schema";

type Schemas = components["schemas"];

export type Campaign = Schemas["Campaign"];
export type CampaignListItem = Schemas["CampaignListItem"];
export type CampaignPage = Schemas["PaginatedCampaignListItemList"];
export type CampaignStatus = Schemas["CampaignStatus"];
export type AudienceFields = Schemas["AudienceFieldsRequest"];
export type CampaignWrite = Schemas["CampaignWriteRequest"];
export type Delivery = Schemas["Delivery"];
export type DeliveryStatus = Schemas["DeliveryStatus"];
export type Move = Schemas["Move"];
export type Preview = Schemas["Preview"];
export type Reconciliation = Schemas["Reconciliation"];
export type RetriableStatus = Schemas["RetriableStatus"];
export type Tally = Schemas["Tally"];
export type Transport = Schemas["Transport"];
export type TransportName = Schemas["TransportName"];

export const CAMPAIGN_STATUSES: readonly CampaignStatus[] = [
  "draft",
  "scheduled",
  "running",
  "stopped",
  "finished",
  "cancelled",
];

export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [
  "sent",
  "pending",
  "sending",
  "failed",
  "unknown",
  "skipped",
];

export interface CampaignListParams {
  page: number;
  search: string;
  status: CampaignStatus[];
  ordering: string;
}

export interface DeliveryListParams {
  page: number;
  search: string;
  status: DeliveryStatus[];
}
