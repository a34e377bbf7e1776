import { lazy, type ComponentType, type LazyExoticComponent } from "react";

import { campaignsTopic } from "../features/campaigns/api/live-campaigns";
import type { LiveStream } from "../lib/live";
import type { Permission } from "../lib/permissions";

/** What all of these pages hear, whichever of them is open; a feature adds its topic here. */
export const MANAGEMENT_STREAM: LiveStream = {
  path: "/api/v1/events/",
  authenticated: true,
  topics: [campaignsTopic],
};

interface ManagementPage {
  /** Below /manage. */
  path: string;
  Page: LazyExoticComponent<ComponentType>;
  /** Its key among the texts of the main menu, if it stands there. */
  menu?: string;
  /** Without it the menu doesn't show the page. */
  needs?: Permission;
}

/** The management pages, each loaded when it is first opened; the menu is in their order. */
export const MANAGEMENT_PAGES: readonly ManagementPage[] = [
  {
    path: "campaigns",
    Page: lazy(() => import("../features/campaigns/pages/CampaignListPage")),
    menu: "nav.campaigns",
  },
  {
    path: "campaigns/new",
    Page: lazy(() => import("../features/campaigns/pages/CampaignFormPage")),
  },
  {
    path: "campaigns/:id",
    Page: lazy(() => import("../features/campaigns/pages/CampaignPage")),
  },
  {
    path: "campaigns/:id/edit",
    Page: lazy(() => import("../features/campaigns/pages/CampaignFormPage")),
  },
  {
    path: "lists",
    Page: lazy(() => import("../features/audience/pages/ListsPage")),
    menu: "nav.lists",
  },
  {
    path: "segments",
    Page: lazy(() => import("../features/audience/pages/SegmentsPage")),
    menu: "nav.segments",
  },
  {
    path: "segments/new",
    Page: lazy(() => import("../features/audience/pages/SegmentPage")),
  },
  {
    path: "segments/:id",
    Page: lazy(() => import("../features/audience/pages/SegmentPage")),
  },
  {
    path: "subscribers",
    Page: lazy(() => import("../features/audience/pages/SubscribersPage")),
    menu: "nav.subscribers",
  },
  {
    path: "imports",
    Page: lazy(() => import("../features/imports/pages/ImportsPage")),
    menu: "nav.imports",
  },
  {
    path: "imports/:id",
    Page: lazy(() => import("../features/imports/pages/ImportPage")),
  },
  {
    path: "suppressions",
    Page: lazy(() => import("../features/audience/pages/SuppressionsPage")),
    menu: "nav.suppressions",
  },
  {
    path: "users",
    Page: lazy(() => import("../features/access/pages/UsersPage")),
    menu: "nav.users",
    needs: "users.read",
  },
  {
    path: "api-keys",
    Page: lazy(() => import("../features/access/pages/ApiKeysPage")),
    menu: "nav.apiKeys",
    needs: "api-keys.read",
  },
  {
    path: "audit",
    Page: lazy(() => import("../features/access/pages/AuditPage")),
    menu: "nav.audit",
    needs: "audit.read",
  },
  {
    path: "account",
    Page: lazy(() => import("../features/access/pages/AccountPage")),
  },
];
