import { Alert } from "@chakra-ui/react";

import { ApiError } from "../api/ApiError";
import { hintOf } from "./hintOf";

/** Why the server did not do it, in its own words. */
export const Refusal = ({ error }: { readonly error: Error | null }) =>
  error === null ? null : (
    <Alert.Root mt={3} role="alert" size="sm" status="error">
      <Alert.Indicator />
      <Alert.Content overflowWrap="anywhere">
        {error instanceof ApiError && error.message ? error.message : hintOf(error)}
      </Alert.Content>
    </Alert.Root>
  );
