import type { ComponentType } from "react";

import { useParams } from "../../ui/useParams";
import { GovernanceShell } from "../GovernanceShell";
import { CoveragePage } from "./CoveragePage";
import { HealthPage } from "./HealthPage";
import { LettersPage } from "./LettersPage";

const SECTIONS: Readonly<Record<string, ComponentType>> = { coverage: CoveragePage, letters: LettersPage };

/** Whether lineage arrives, how much of what ran is recorded, and what could not be read. */
const HealthView = () => {
  const section = useParams().get("section");
  const Page = Object.hasOwn(SECTIONS, section) ? SECTIONS[section] : undefined;
  return (
    <GovernanceShell section={Page ? section : ""} view="health">
      {Page ? <Page /> : <HealthPage />}
    </GovernanceShell>
  );
};

export default HealthView;
