import { Badge } from "@chakra-ui/react";

import { t } from "../i18n/t";
import { paletteOf } from "./statePalette";

type Props = { readonly state: string | null | undefined };

/** White on these can be read; on the others, like amber and yellow, it cannot. */
const DARK = new Set(["success", "failed", "none"]);

/** A state of a run, in Airflow's colour for it. */
export const StateBadge = ({ state }: Props) => (
  <Badge colorPalette={paletteOf(state)} variant={DARK.has(paletteOf(state)) ? "solid" : "subtle"}>
    {state ? state.replaceAll("_", " ") : t("app.unknownState")}
  </Badge>
);
