import type { components } from "../../../api-schema";

type Schemas = components["schemas"];

export type ManagedUser = Schemas["ManagedUser"];
export type Invite = Schemas["InviteRequest"];
export type UserChange = Schemas["PatchedUserChangeRequest"];
export type Role = Schemas["Role"];
export type ApiKey = Schemas["ApiKey"];
export type ApiKeyWrite = Schemas["ApiKeyWriteRequest"];
export type Scope = Schemas["Scope"];
export type AuditEntry = Schemas["AuditEntry"];
export type Session = Schemas["Session"];

export const ROLES: readonly Role[] = ["owner", "manager", "author", "viewer"];
export const SCOPES: readonly Scope[] = ["read", "write", "start", "audience", "feedback"];

export interface PageParams {
  page: number;
  search: string;
}
