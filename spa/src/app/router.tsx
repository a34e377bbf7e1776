import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useLocation } from "react-router";

import { LoadingState } from "../components/LoadingState";
import { publicCampaignsTopic } from "../features/public-stats/api/live-campaigns";
import { LiveConnection, type LiveStream } from "../lib/live";
import { ErrorBoundary } from "./ErrorBoundary";
import { PublicLayout } from "./layout";
import { NotFoundPage } from "./NotFoundPage";

const PublicStatsPage = lazy(() => import("../features/public-stats/pages/PublicStatsPage"));
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
              <Route
                index
                element={
                  <LiveConnection stream={PUBLIC_STREAM}>
                    <PublicStatsPage />
                  </LiveConnection>
                }
              />
              <Route path="sign-in" element={<SignInPage />} />
              <Route path="forgotten" element={<ForgottenPage />} />
              <Route path="choose-password/:token" element={<ChoosePasswordPage />} />
              <Route path="unsubscribe/:token" element={<UnsubscribePage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Route>
            <Route path="manage/*" element={<Manage />} />
            <Route path="index.html" element={<Navigate to="/" replace />} />
          </Routes>
        </Suspense>
      </ErrorBoundary>
    </>
  );
}
