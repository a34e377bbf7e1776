import { useSession, type User } from "./session";

/** What is done to which kind of thing: `campaigns.start`, `lists.delete`. */
export type Permission = `${string}.${string}`;

/**
 * What each role may do beyond reading. The API decides, and refuses whatever a page offered by
 * mistake; this is the one place where pages ask beforehand. A role that the schema knows and this
 * table doesn't is a type error.
 */
const GRANTS: Record<User["role"], (permission: Permission) => boolean> = {
  admin: () => true,
  viewer: () => false,
};

/** Whether who is signed in may do this to some thing; `allowed_moves` and the like say to which. */
export function useMay(permission: Permission): boolean {
  const { user } = useSession();
  return user !== null && GRANTS[user.role](permission);
}
