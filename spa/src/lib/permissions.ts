import { useSession, type User } from "./session";

/** What is done to which kind of thing: `campaigns.start`, `lists.delete`. */
export type Permission = `${string}.${string}`;

type Capability = User["may"][number];

/** What changing each kind of thing asks for. The API decides; this mirrors its one table. */
const CHANGING: Record<string, Capability> = {
  campaigns: "campaigns.write",
  layouts: "campaigns.write",
  media: "campaigns.write",
  deliveries: "campaigns.start",
  lists: "audience.write",
  subscribers: "audience.write",
  segments: "audience.write",
  imports: "audience.write",
  suppressions: "audience.write",
  feedback: "feedback.write",
  transports: "servers.manage",
  "mail-servers": "servers.manage",
  webhooks: "settings.manage",
  settings: "settings.manage",
  users: "users.manage",
  "api-keys": "keys.manage",
  audit: "audit.read",
};
const MOVES = new Set(["start", "stop", "cancel", "schedule", "unschedule", "retry"]);

function neededFor(permission: Permission): Capability | undefined {
  const [kind = "", action = ""] = permission.split(".");
  return kind === "campaigns" && MOVES.has(action) ? "campaigns.start" : CHANGING[kind];
}

export function grants(user: User, permission: Permission): boolean {
  const needed = neededFor(permission);
  return needed !== undefined && user.may.includes(needed);
}

/**
 * Whether who is signed in may do this to some thing; `allowed_moves` and the like say to which.
 * The API refuses whatever a page offered by mistake; this is the one place to ask beforehand.
 */
export function useMay(permission: Permission): boolean {
  const { user } = useSession();
  return user !== null && grants(user, permission);
}
