// A unit of C++ of the usual kind: containers of the standard library, of types of its own.
#include <map>
#include <string>
#include <vector>

namespace {

struct Node {
  std::string name;
  std::vector<const Node*> needs;
  std::map<std::string, double> costs;
};

template <int N>
double total(const Node& node, std::map<const Node*, double>& known) {
  auto found = known.find(&node);
  if (found != known.end()) return found->second;
  double sum = N;
  for (const auto& cost : node.costs) sum += cost.second;
  for (const Node* need : node.needs) sum += total<N>(*need, known);
  known.emplace(&node, sum);
  return sum;
}

template <int N>
double unit() {
  std::vector<Node> nodes(N + 2);
  for (auto& node : nodes) {
    node.name = "node-" + std::to_string(N);
    node.costs[node.name] = 1;
    node.needs.push_back(&nodes[0]);
  }
  nodes[0].needs.clear();
  std::map<const Node*, double> known;
  double sum = 0;
  for (const auto& node : nodes) sum += total<N>(node, known);
  return sum;
}

}  // namespace

int main() { return unit<1>() + unit<2>() > 0 ? 0 : 1; }
