import { useTranslation } from "react-i18next";

import { PageHeader } from "../../../components/PageHeader";
import "../locales/index";

export default function PublicStatsPage() {
  const { t } = useTranslation("public-stats");
  return <PageHeader title={t("title")} />;
}
