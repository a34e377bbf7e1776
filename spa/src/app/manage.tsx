import "@mantine/notifications/styles.css";

import { AppShell, Burger, Button, Group, Menu, NavLink } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Route, Routes, useLocation, useNavigate } from "react-router";

import { LanguageSwitch } from "../components/LanguageSwitch";
import { LoadingState } from "../components/LoadingState";
import { ThemeSwitch } from "../components/ThemeSwitch";
import { Wordmark } from "../components/Wordmark";
import { ExpiredDialog } from "../features/auth/components/ExpiredDialog";
import { useSession, type User } from "../lib/session";
import { ErrorBoundary } from "./ErrorBoundary";
import classes from "./manage.module.css";
import { NotFoundPage } from "./NotFoundPage";

const CampaignListPage = lazy(() => import("../features/campaigns/pages/CampaignListPage"));
const CampaignFormPage = lazy(() => import("../features/campaigns/pages/CampaignFormPage"));
const CampaignPage = lazy(() => import("../features/campaigns/pages/CampaignPage"));
const ListsPage = lazy(() => import("../features/audience/pages/ListsPage"));
const SubscribersPage = lazy(() => import("../features/audience/pages/SubscribersPage"));
const SuppressionsPage = lazy(() => import("../features/audience/pages/SuppressionsPage"));

const SECTIONS = ["campaigns", "lists", "subscribers", "suppressions"] as const;

/** The management pages, for those who signed in. */
export default function Manage() {
  const { status, user } = useSession();
  const { pathname, search } = useLocation();
  if (status === "loading") return <LoadingState />;
  if (!user) return <Navigate to="/sign-in" replace state={{ from: pathname + search }} />;
  return (
    <>
      <Shell user={user} />
      <ExpiredDialog opened={status === "expired"} username={user.username} />
      <Notifications position="bottom-right" />
    </>
  );
}

function Shell({ user }: { user: User }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <AppShell.Header className={classes.header}>
        <Group gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t(opened ? "nav.close" : "nav.open")}
          />
          <Wordmark />
        </Group>
        <Group gap={6} wrap="nowrap">
          <LanguageSwitch />
          <ThemeSwitch />
          <UserMenu user={user} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="nav" aria-label={t("nav.label")} className={classes.navbar}>
        {SECTIONS.map((section) => {
          const to = `/manage/${section}`;
          const isHere = pathname.startsWith(to) || (section === "campaigns" && pathname === "/manage");
          return (
            <NavLink
              key={section}
              component={Link}
              to={section === "campaigns" ? "/manage" : to}
              label={t(`nav.${section}`)}
              active={isHere}
              aria-current={isHere ? "page" : undefined}
              className={classes.link}
              onClick={close}
            />
          );
        })}
        <NavLink component={Link} to="/" label={t("nav.public")} className={classes.link} mt="auto" />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <div className={classes.content}>
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<LoadingState />}>
              <Pages />
            </Suspense>
          </ErrorBoundary>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function Pages() {
  return (
    <Routes>
      <Route index element={<CampaignListPage />} />
      <Route path="campaigns" element={<Navigate to="/manage" replace />} />
      <Route path="campaigns/new" element={<CampaignFormPage />} />
      <Route path="campaigns/:id" element={<CampaignPage />} />
      <Route path="campaigns/:id/edit" element={<CampaignFormPage />} />
      <Route path="lists" element={<ListsPage />} />
      <Route path="subscribers" element={<SubscribersPage />} />
      <Route path="suppressions" element={<SuppressionsPage />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}

function UserMenu({ user }: { user: User }) {
  const { t } = useTranslation();
  const { signOut } = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  async function leave() {
    await signOut();
    queryClient.clear();
    await navigate("/");
  }

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          h={34}
          aria-label={t("nav.user", { name: user.username })}
        >
          {user.username}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t(`role.${user.role}`)}</Menu.Label>
        <Menu.Item onClick={() => void leave()}>{t("nav.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
