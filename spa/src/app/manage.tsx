import "@mantine/notifications/styles.layer.css";

import { AppShell, Burger, Button, Group, Menu, NavLink } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense } from "react";
import { Link, Navigate, Route, Routes, useLocation, useNavigate } from "react-router";

import { LanguageSwitch } from "../components/LanguageSwitch";
import { LiveNote } from "../components/LiveNote";
import { LoadingState } from "../components/LoadingState";
import { ThemeSwitch } from "../components/ThemeSwitch";
import { Wordmark } from "../components/Wordmark";
import { ExpiredDialog } from "../features/auth/components/ExpiredDialog";
import { useTranslation } from "../lib/i18n";
import { LiveConnection } from "../lib/live";
import { grants } from "../lib/permissions";
import { useSession, type User } from "../lib/session";
import { ErrorBoundary } from "./ErrorBoundary";
import classes from "./manage.module.css";
import { MANAGEMENT_PAGES, MANAGEMENT_STREAM } from "./manage-pages";
import { NotFoundPage } from "./NotFoundPage";
import { WithMantine } from "./WithMantine";

/** The management pages, for those who signed in. */
export default function Manage() {
  return (
    <WithMantine>
      <SignedIn />
    </WithMantine>
  );
}

function SignedIn() {
  const { status, user } = useSession();
  const { pathname, search } = useLocation();
  if (status === "loading") return <LoadingState />;
  if (!user) return <Navigate to="/sign-in" replace state={{ from: pathname + search }} />;
  return (
    <LiveConnection stream={MANAGEMENT_STREAM}>
      <Shell user={user} />
      <ExpiredDialog opened={status === "expired"} username={user.username} />
      <Notifications position="bottom-right" />
    </LiveConnection>
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
        {MANAGEMENT_PAGES.map(({ path, menu, needs }) => {
          if (!menu || (needs && !grants(user, needs))) return null;
          const to = `/manage/${path}`;
          const isHere = pathname === to || pathname.startsWith(`${to}/`);
          return (
            <NavLink
              key={path}
              component={Link}
              to={to}
              label={t(menu)}
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
          <LiveNote />
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
  const { search } = useLocation();
  return (
    <Routes>
      <Route index element={<Navigate to={`/manage/campaigns${search}`} replace />} />
      {MANAGEMENT_PAGES.map(({ path, Page }) => (
        <Route key={path} path={path} element={<Page />} />
      ))}
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
        <Menu.Item component={Link} to="/manage/account">
          {t("nav.account")}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t("nav.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
