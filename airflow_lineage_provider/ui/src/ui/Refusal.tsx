import { Alert } from "@chakra-ui/react";

import { ApiError } from "../api/ApiError";
import { t } from "../i18n/t";

/** Why the server did not do it, in its own words. */
export const Refusal = ({ error }: { readonly error: Error | null }) =>
  error === null ? null : (
    <Alert.Root mt={3} role="alert" size="sm" status="error">
      <Alert.Indicator />
      <Alert.Content overflowWrap="anywhere">
        {error instanceof ApiError && error.message ? error.message : t("app.error.network")}
      </Alert.Content>
    </Alert.Root>
  );
