import { lazy, Suspense } from "react";
import { Navigate, Outlet, Route, Routes, useLocation } from "react-router";

import { LoadingState } from "../components/LoadingState";
import { publicCampaignsTopic } from "../features/public-stats/api/live-campaigns";
// Not lazily: it is what most visitors come for, and one round trip sooner.
import PublicStatsPage from "../features/public-stats/pages/PublicStatsPage";
import { useTranslation } from "../lib/i18n";
import { LiveConnection, type LiveStream } from "../lib/live";
import { ErrorBoundary } from "./ErrorBoundary";
import { PublicLayout } from "./layout";
import { NotFoundPage } from "./NotFoundPage";

const PublicCampaignPage = lazy(() => import("../features/public-stats/pages/PublicCampaignPage"));
const EmbedPage = lazy(() => import("../features/public-stats/pages/EmbedPage"));
const MantinePages = lazy(() => import("./MantinePages"));
const SignInPage = lazy(() => import("../features/auth/pages/SignInPage"));
const ForgottenPage = lazy(() => import("../features/auth/pages/ForgottenPage"));
const ChoosePasswordPage = lazy(() => import("../features/auth/pages/ChoosePasswordPage"));
const UnsubscribePage = lazy(() => import("../features/unsubscribe/pages/UnsubscribePage"));
const Manage = lazy(() => import("./manage"));

const PUBLIC_STREAM: LiveStream = {
  path: "/api/v1/public/events/",
  authenticated: false,
  topics: [publicCampaignsTopic],
};

function PublicLive() {
  return (
    <LiveConnection stream={PUBLIC_STREAM}>
      <Outlet />
    </LiveConnection>
  );
}

export function AppRoutes() {
  const { pathname } = useLocation();
  const { t } = useTranslation();
  return (
    <>
      <a href="#content" className="skip-link">
        {t("nav.skip")}
      </a>
      <ErrorBoundary key={pathname.split("/")[1]}>
        <Suspense fallback={<LoadingState />}>
          <Routes>
            <Route element={<PublicLayout />}>
              <Route element={<PublicLive />}>
                <Route index element={<PublicStatsPage />} />
                <Route path="c/:id" element={<PublicCampaignPage />} />
              </Route>
              <Route element={<MantinePages />}>
                <Route path="sign-in" element={<SignInPage />} />
                <Route path="forgotten" element={<ForgottenPage />} />
                <Route path="choose-password/:token" element={<ChoosePasswordPage />} />
              </Route>
              <Route path="unsubscribe/:token" element={<UnsubscribePage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Route>
            <Route element={<PublicLive />}>
              <Route path="embed/:id" element={<EmbedPage />} />
            </Route>
            <Route path="manage/*" element={<Manage />} />
            <Route path="index.html" element={<Navigate to="/" replace />} />
          </Routes>
        </Suspense>
      </ErrorBoundary>
    </>
  );
}
