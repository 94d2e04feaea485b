/** `source` of every event on the bus: what rules match. */
export const EVENT_SOURCE = 'claim-service'
