/**
 * What is being done in the background, for whoever waits until nothing is: how much is under way, and how
 * often something was begun, so that work that came and went between two looks is noticed too.
 */
export interface Activity {
  during<T>(work: () => Promise<T>): Promise<T>
  underWay(): number
  begun(): number
}

export function createActivity(): Activity {
  let underWay = 0
  let begun = 0
  return {
    async during(work) {
      underWay += 1
      begun += 1
      try {
        return await work()
      } finally {
        underWay -= 1
      }
    },
    underWay: () => underWay,
    begun: () => begun,
  }
}
