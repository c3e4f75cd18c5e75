import { createContext, useContext } from "react";

/** Where the app runs: inside Airflow's UI, at one of its places, or on the page of its own. */
export type Place = "nav" | "tab" | "page";

export const PlaceContext = createContext<Place>("nav");

export const usePlace = (): Place => useContext(PlaceContext);
