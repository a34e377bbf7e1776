import type { components } from '../api-schema';

type Schemas = components['schemas'];

export type CampaignStatus = Schemas['CampaignStatus'];
export type DeliveryStatus = Schemas['DeliveryStatus'];
export type Move = Schemas['Move'];
export type TransportName = Schemas['TransportName'];
export type SuppressionReason = Schemas['SuppressionReason'];
export type Problem = Schemas['Problem'];
export type Tally = Schemas['Tally'];
export type CampaignListItem = Schemas['CampaignListItem'];
export type Campaign = Schemas['Campaign'];
export type CampaignWrite = Schemas['CampaignWriteRequest'];
export type CampaignPatch = Schemas['PatchedCampaignWriteRequest'];
export type Timeline = Schemas['Timeline'];
export type Delivery = Schemas['Delivery'];
export type Reconciliation = Schemas['Reconciliation'];
export type MailingList = Schemas['MailingList'];
export type MailingListWrite = Schemas['MailingListWriteRequest'];
export type Subscriber = Schemas['Subscriber'];
export type SubscriberWrite = Schemas['SubscriberWriteRequest'];
export type Suppression = Schemas['Suppression'];
export type SuppressionWrite = Schemas['SuppressionWriteRequest'];
export type PublicCampaign = Schemas['PublicCampaign'];
export type User = Schemas['User'];
export type SessionGrant = Schemas['Access'];
export type Credentials = Schemas['CredentialsRequest'];

export const campaignStatuses = [
  'running',
  'scheduled',
  'stopped',
  'finished',
  'draft',
  'cancelled',
] as const satisfies readonly CampaignStatus[];

export const deliveryStatuses = [
  'sent',
  'sending',
  'pending',
  'failed',
  'unknown',
  'skipped',
] as const satisfies readonly DeliveryStatus[];
